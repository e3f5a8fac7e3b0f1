/* Why a row is answered as it is, as evidence: which of its measures, changed by how much, turns
 * the answer; how it compares with the rows of each class; and which rows are nearest to it. */

const SCAN = {most: 64, least: 8, halvings: 40}; // steps through the range of a measure
const NEAREST = 5;
const FINER = {cm: ['mm', 10]}; // the unit in which a change is given, and how many of it there are

/** The inputs of rows with classes, where they are leaves that can be changed. */
const measuresOfRows = () =>
  ROWS?.labels && G.exact
    ? ROWS.leaves.flatMap((leaf, i) => (isLeaf(leaf) ? [{leaf, i}] : []))
    : [];

const deviationOf = i => ROWS.scale[1][i] ?? 1;
const unitOf = i => /\(([^)]*)\)$/.exec(ROWS.features[i] ?? '')?.[1] ?? '';
const finerUnit = i => FINER[unitOf(i)] ?? [unitOf(i), 1];
const nameOfMeasure = ({leaf, i}) => (ROWS.features[i] ? featureName(i) : G.names[leaf]);
const measureOf = (row, i) => Number(numbersOf(row)[i]);
const withUnit = (text, unit) => (unit ? `${text} ${unit}` : text);

/** The leaves as a row has them, with the weights of now. */
function rowLeaves(row) {
  const leaves = givenLeaves(row);
  for (const [leaf, x] of S.edits) if (!ROWS.leaves.includes(leaf)) leaves[leaf] = x;
  return leaves;
}

/** For each measure of a row the smallest change that turns the answer; the smallest of all first,
 * in their unit, or where there are several as a share of what occurs. */
const turnsOf = remembered(row => {
  const leaves = rowLeaves(row);
  const {answer} = answerOf(forward(leaves));
  const all = measuresOfRows();
  const affordable = Math.floor(COST / (2 * G.steps.length * Math.max(1, all.length)));
  const steps = Math.max(SCAN.least, Math.min(SCAN.most, affordable));
  const found = all.map(measure => {
    const range = rangeOf(ROWS.numbers.map((_, other) => measureOf(other, measure.i)));
    const ends = [range.low, range.high];
    const turns = ends.map(end => firstTurn(leaves, measure, end, answer, steps));
    const [turn = null] = turns.filter(isThere).sort((a, b) => a.size - b.size);
    return {...measure, ends, turn, range: range.high - range.low};
  });
  const [unit, ...others] = new Set(all.map(({i}) => unitOf(i)));
  const comparable = unit && !others.length;
  const size = ({i, turn, range}) =>
    turn ? turn.size / (comparable ? 1 / deviationOf(i) : range) : Infinity;
  return found.sort((a, b) => size(a) - size(b));
});

/** The first change of one measure towards an end that turns the answer, or null. */
function firstTurn(leaves, {leaf, i}, end, answer, steps) {
  const start = leaves[leaf];
  const turned = Float64Array.from(leaves);
  const answerAt = x => {
    turned[leaf] = x;
    return answerOf(forward(turned)).answer;
  };
  const turns = x => answerAt(x) !== answer;
  const reach = finite(end - start); // a change that overflows could not be written
  if (answer < 0 || reach === 0) return null;
  let [before, after] = [start, start];
  for (let step = 1; step <= steps && !turns(after); step++) {
    before = after;
    after = start + reach * (step / steps);
  }
  if (!turns(after)) return null;
  for (let n = 0; n < SCAN.halvings; n++) {
    const middle = between(before, after, 0.5);
    if (turns(middle)) after = middle;
    else before = middle;
  }
  return shownTurn(start, after - start, i, turns, answerAt);
}

/** A turn by a change that is shown whole: rounded up to the fewest digits with which it turns. */
function shownTurn(start, change, i, turns, answerAt) {
  const unit = finerUnit(i)[1] * deviationOf(i);
  const raw = Math.abs(change) * unit;
  for (let digits = 2; digits <= 16; digits++) {
    const size = roundedUp(raw, digits);
    const by = Math.sign(change) * size;
    const x = start + by / unit;
    if (Number.isFinite(x) && turns(x))
      return {x, by, digits, size: Math.abs(change), answer: answerAt(x)};
  }
  const x = start + change;
  return {x, by: change * unit, digits: 16, size: Math.abs(change), answer: answerAt(x)};
}

function roundedUp(x, digits) {
  const near = Number(x.toPrecision(digits));
  const last = 10 ** (Math.floor(Math.log10(x)) - digits + 1);
  return near >= x ? near : Number((near + last).toPrecision(digits));
}

/** The mean of each measure over the rows of a class. */
const classMeans = remembered(k =>
  measuresOfRows().map(({i}) =>
    mean(ROWS.numbers.flatMap((_, row) => (ROWS.labels[row] === k ? [measureOf(row, i)] : []))),
  ),
);

/** The other rows by their distance from one, as the network sees their measures. */
const neighborsOf = remembered(row => {
  const all = measuresOfRows();
  const distance = other =>
    Math.hypot(...all.map(({i}) => measureOf(other, i) - measureOf(row, i)));
  return ROWS.numbers
    .map((_, other) => ({row: other, distance: distance(other), label: ROWS.labels[other]}))
    .filter(other => other.row !== row)
    .sort((a, b) => a.distance - b.distance);
});

/** The gradient of the loss by each measure of a row. */
const lossSlopes = remembered(row => gradients(forward(rowLeaves(row)).local, DATA.loss));

/** The panel of the chosen row, where it is not open in the list of wrong ones. */
function evidencePanel() {
  const rows = measuresOfRows();
  if (!rows.length) return null;
  const one = hasOwn() ? ownRowAnswered() : answers()[S.row];
  const number = hasOwn() ? `(${ownRowWords()})` : String(S.row + 1);
  const things = {number, truth: className(one.truth), answer: className(one.answer)};
  const title = t(right(one) ? 'evidenceRight' : 'evidenceWrong', things);
  return insight('evidence', title, () => evidence(one));
}

/** One's own row as the others are: its shares, its answer, its class. */
function ownRowAnswered() {
  return {row: OWN, ...answerOf(forward(rowLeaves(OWN))), truth: trueClass()};
}

function evidence(one) {
  const things = {truth: className(one.truth), p: percent(one.shares[one.truth])};
  if (one.answer < 0) return h('p.muted', t('wrongNoAnswer', things));
  const shares = one.shares.map((share, k) => `${className(k)} ${percent(share)}`).join(', ');
  if (!measuresOfRows().length) return h('p.muted', shares);
  return h('div.evidence', [
    h('p.muted', shares),
    firstEvidence(one),
    h('h3', t0('turnsTitle')),
    list(
      'ul.plain.turns',
      turnsOf(one.row)
        .slice(0, 12)
        .map(turn => turnLine(turn, one)),
    ),
    andMore(turnsOf(one.row), turnsOf(one.row).slice(0, 12)),
    afterTrying(one),
    h('p.muted', t0('turnsHow')),
    comparedTable(one),
    nearestRows(one),
  ]);
}

/** The smallest change of all, in a sentence. */
function firstEvidence(one) {
  const [first] = turnsOf(one.row);
  if (!first?.turn) return h('p.note', t('turnsNone', {answer: className(one.answer)}));
  const {by, answer} = first.turn;
  const things = {
    change: changeText(first),
    name: nameOfMeasure(first),
    answer: className(answer),
    now: className(one.answer),
  };
  const away = right(one) ? 'staysRight' : answer === one.truth ? 'getsRight' : 'staysWrong';
  return h('p.note', [t(by > 0 ? 'turnFirstMore' : 'turnFirstLess', things), ' ', t(away, things)]);
}

const changeText = ({i, turn}) =>
  withUnit(plain(Math.abs(turn.by), Math.max(2, turn.digits)), finerUnit(i)[0]);

/** A measure: a button that sets its change, or from where to where nothing turns. */
function turnLine(found, one) {
  const {leaf, i, turn, ends} = found;
  const name = nameOfMeasure(found);
  const here = plain(inUnit(measureOf(one.row, i), i));
  if (!turn) {
    const [low, high] = ends.map(end => withUnit(plain(inUnit(end, i)), unitOf(i)));
    return h('span.muted', t('turnNever', {name, here, low, high}));
  }
  const there = plain(inUnit(turn.x, i), DIGITS + turn.digits);
  const change = (turn.by > 0 ? '+' : MINUS) + changeText(found);
  const things = {name, here, there: withUnit(there, unitOf(i)), change};
  const tried = S.edits.get(leaf) === turn.x;
  const words = [
    h('span', t('turnLine', things)),
    h('b', ` ${className(turn.answer)}${turn.answer === one.truth ? ' \u2713' : ''}`),
  ];
  return button(`try${i}`, () => tryTurn(tried ? null : found), words, {
    'aria-pressed': String(tried),
  });
}

/** The change of one measure alone, as an edit; null takes it back. Edited weights stay so. */
function tryTurn(found) {
  const edits = new Map([...S.edits].filter(([leaf]) => !ROWS.leaves.includes(leaf)));
  if (found) edits.set(found.leaf, found.turn.x);
  setEdits(edits);
}

/** What the shares are after a change that was tried, beside those of the row. */
function afterTrying(one) {
  if (!turnsOf(one.row).some(({leaf, turn}) => turn && S.edits.get(leaf) === turn.x)) return null;
  const {shares, answer} = answerOf(current());
  const line = (share, k) => `${className(k)} ${percent(one.shares[k])} \u2192 ${percent(share)}`;
  const things = {list: shares.map(line).join(', '), answer: className(answer)};
  return h('p.note', t('turnTried', things));
}

/** In the map: the way from the row to where its changed measures put it. */
function triedMark(fx, fy, px, py) {
  const place = leaves => [px(leaves[ROWS.leaves[fx]]), py(leaves[ROWS.leaves[fy]])];
  const [from, to] = [place(givenLeaves()), place(leavesNow())];
  if (sameList(from, to) || ![...from, ...to].every(Number.isFinite)) return null;
  return [lineAt('line.tried', ...from, ...to), s('circle.tried', {cx: to[0], cy: to[1], r: 5})];
}

/** The classes that a row is compared with: its own, and the likeliest other one. */
function rivals(one) {
  const order = one.shares.map((_, k) => k).sort((a, b) => one.shares[b] - one.shares[a]);
  const other = order.find(k => k !== one.truth);
  return [one.truth, other].filter(k => ROWS.labels.includes(k));
}

/** Each measure beside the means of two classes, and how the loss changes with it. */
function comparedTable(one) {
  const all = measuresOfRows();
  const classes = rivals(one);
  const slopes = hasLoss() && lossSlopes(one.row);
  const finest = new Set(all.map(({i}) => finerUnit(i)[0]));
  const [unit] = finest.size === 1 ? finest : [''];
  const head = [
    h('th', t0('measure')),
    h('th', t0('here')),
    classes.map(k => h('th', t('meanOf', {name: className(k)}))),
    slopes && h('th', unit ? t('lossPer', {unit}) : t0('lossPerUnit')),
  ];
  const line = measure => {
    const {leaf, i} = measure;
    const x = measureOf(one.row, i);
    const means = classes.map(k => classMeans(k)[all.indexOf(measure)]);
    const away = means.map(number => Math.abs(number - x));
    const isNearer = away.map(distance => distance === Math.min(...away));
    const slope = slopes && slopes[leaf] / (deviationOf(i) * finerUnit(i)[1]);
    return [
      h('th', {scope: 'row'}, withUnit(nameOfMeasure(measure), unitOf(i) && `(${unitOf(i)})`)),
      h('td', plain(inUnit(x, i))),
      means.map((number, k) =>
        h(isNearer[k] ? 'td.nearer' : 'td', plain(inUnit(number, i), FEW_DIGITS)),
      ),
      slopes && h('td.grad', numeral(slope, FEW_DIGITS)),
    ];
  };
  return [
    h('h3', t0('comparedTitle')),
    h('div.scroll', {tabindex: 0}, table('table.compared', head, all.slice(0, 12).map(line))),
    andMore(all, all.slice(0, 12)),
    h('p.muted', [t0('comparedNearer'), ' ', slopes && t0('comparedLoss')]),
  ];
}

/** The nearest row of each class, and of which classes the nearest few are. */
function nearestRows(one) {
  const neighbors = neighborsOf(one.row);
  const few = neighbors.slice(0, NEAREST);
  const classesOf = rows => [...new Set(rows.map(other => other.label))];
  const counts = classesOf(few).map(
    k => `${few.filter(other => other.label === k).length} ${className(k)}`,
  );
  const nearest = classesOf(neighbors)
    .slice(0, 6)
    .map(k => neighbors.find(other => other.label === k));
  const line = other => {
    const words = t('nearestRow', {
      number: other.row + 1,
      name: className(other.label),
      distance: numeral(other.distance, FEW_DIGITS),
    });
    return button(`nearest${other.row}`, () => change({row: other.row}), words);
  };
  return [
    h('h3', t0('nearestTitle')),
    h('p', t('nearestCount', {n: few.length, list: counts.join(', ')})),
    list('ul.plain.wrong-rows', nearest.map(line)),
    h('p.muted', t0('nearestHow')),
  ];
}
