/* A row of one's own: its numbers in the unit that was measured, and the answer to it at once. */

const OWN = -1; // in place of the number of a row
const FIELDS = 24; // of the features of wide data; the others can be turned as nodes
const FEATURES = ROWS ? ROWS.leaves.filter(isLeaf) : [];
/** own: the numbers with ; between, or ''; truth: the class that its loss is measured against. */
Object.assign(DEFAULTS, {own: '', truth: -1});
// typed: the text in a field, {i, text, own}, with what own was then
Object.assign(state, {own: '', truth: -1, typed: null});
Object.assign(READERS, {
  own: word => (areNumbers(word) && G.exact ? word : null),
  truth: word => numberOfWord(word, ROWS?.labels ? answerNodes().length - 1 : -1),
});
FOLLOWING.push(patch => 'row' in patch && {own: '', truth: -1});

function areNumbers(word) {
  const numbers = word.split(';');
  const isNumber = text => text.trim() !== '' && Number.isFinite(Number(text));
  return FEATURES.length > 0 && numbers.length === FEATURES.length && numbers.every(isNumber);
}

const hasOwn = () => S.own !== '';
/** The number of the chosen row, or OWN. */
function chosenRow() {
  return hasOwn() ? OWN : S.row;
}

/** The numbers of a row for its leaves. */
function numbersOf(row) {
  return row === OWN ? ownNumbers() : ROWS.numbers[row];
}

/** The class that the loss is measured against; -1 where there is none. */
function trueClass() {
  return hasOwn() && S.truth >= 0 ? S.truth : (ROWS?.labels?.[S.row] ?? -1);
}

const ownMeasures = remembered(() => S.own.split(';').map(Number), sameList);

/** The own row as the network has it: standardized numbers, and its class by ones and zeros. */
const ownNumbers = remembered(() => {
  const [means, deviations] = ROWS.scale;
  const standard = (x, i) => (x - (means[i] ?? 0)) / (deviations[i] || 1);
  const classes = ROWS.leaves.slice(FEATURES.length).map((_, k) => Number(k === trueClass()));
  return [...ownMeasures().map(standard), ...classes];
});

/** The smallest and the largest number of a feature among the rows, in its unit. */
const rangeOfFeature = remembered(i => {
  const numbers = ROWS.numbers.map(row => inUnit(Number(row[i]), i)).filter(Number.isFinite);
  return numbers.reduce(
    ([low, high], x) => [Math.min(low, x), Math.max(high, x)],
    [Infinity, -Infinity],
  );
});

/** Other numbers of one's own; inputs that were turned by themselves are so no more. */
function setOwn(numbers, more) {
  const edits = new Map([...S.edits].filter(([leaf]) => !FEATURES.includes(leaf)));
  change({own: numbers.join(';'), edits, ...more});
}

/** Begin with the numbers of the chosen row. */
function startOwn() {
  const measured = ROWS.numbers[S.row].slice(0, FEATURES.length);
  setOwn(
    measured.map((x, i) => read(plain(inUnit(Number(x), i)))).map(x => finite(x) || 0),
    {typed: null},
  );
}

const rowWord = () => t0(isFlowers() ? 'flower' : 'row');
const ownRowWords = () => t0(isFlowers() ? 'ownFlower' : 'ownRow');
const isFlowers = () => ROWS.features.some(name => /sepal|petal/.test(name));

/** The name of a feature with its unit, as (cm). */
function ownMeasureName(i) {
  const name = ROWS.features[i];
  if (!name) return G.names[FEATURES[i]];
  const unit = / \([^)]*\)$/.exec(name);
  return featureName(i) + (unit ? unit[0] : '');
}

/** The panel of the own row: fields, what is odd about them, and the answer. */
function ownPanel() {
  if (!hasOwn()) return null;
  const fields = FEATURES.slice(0, FIELDS).map((_, i) => ownField(i));
  const back = () => change({row: S.row});
  const content = [
    h('div.own-fields', fields),
    andMore(FEATURES, fields),
    h('div', {role: 'status'}, ownNotes()),
    ownAnswer(),
    h('div.own-foot', [
      ROWS.labels && DATA.loss !== null && truthMenu(),
      button('own-back', back, `\u2190 ${rowWord()} ${S.row + 1}`),
    ]),
  ];
  const isFirst = S.view !== 'practice'; // there the question is
  return h('section.own', foldable(`own-${S.view}`, ownRowWords(), content, isFirst, 'h2.minor'));
}

const typedIn = i => (S.typed?.i === i && S.typed.own === S.own ? S.typed.text : null);
const isUnread = i => typedIn(i) !== null && numberIn(typedIn(i)) === null;

function ownField(i) {
  const id = `own-${i}`;
  const numbers = S.own.split(';');
  const input = h('input', {
    id,
    type: 'text',
    inputmode: 'decimal',
    autocomplete: 'off',
    'data-key': id,
    'aria-invalid': isUnread(i) ? 'true' : null,
    value: typedIn(i) ?? numbers[i].replace('-', MINUS),
    input: event => {
      const text = event.target.value;
      const x = numberIn(text);
      const own = x === null ? numbers : numbers.with(i, x);
      setOwn(own, {typed: {i, text, own: own.join(';')}});
    },
    change: () => !isUnread(i) && change({typed: null}),
  });
  return h('div.own-field', [h('label', {for: id}, ownMeasureName(i)), input]);
}

/** What can't be read, and what no row is like. */
function ownNotes() {
  const notes = ownMeasures().map((x, i) => {
    const [low, high] = rangeOfFeature(i);
    const things = {name: ownMeasureName(i), x: plain(x), low: plain(low), high: plain(high)};
    if (isUnread(i)) return t('ownUnread', things);
    const room = 1e-9 * Math.max(Math.abs(low), Math.abs(high));
    return x < low - room || x > high + room ? t('ownFar', things) : null;
  });
  return notes
    .filter(isThere)
    .slice(0, 4)
    .map(note => h('p.note', note));
}

/** The answer with the shares of all classes, or the numbers that are predicted. */
function ownAnswer() {
  const run = current();
  if (TARGETS) {
    const number = (root, k) => h('b.data', numeral(inTargetUnit(run.data[root], k)));
    return list(
      'ul.plain',
      G.roots.map((root, k) => [TARGETS.names[k], ': ', number(root, k)]),
    );
  }
  if (!ROWS.labels) {
    return list(
      'ul.plain',
      G.roots.map(root => [nameOf(root), ' = ', h('b.data', numeral(run.data[root]))]),
    );
  }
  const {shares, answer} = answerOf(run);
  const bar = (x, k) => [
    h(k === answer ? 'b.answered' : 'span', className(k)),
    s('svg.bar', {viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, [
      s('rect', {x: 0, y: 0, width: 100 * share(x, 1), height: 6}),
    ]),
    h(k === answer ? 'b.data' : 'span.data', percent(x)),
  ];
  return list('ul.plain.shares', shares.map(bar));
}

function truthMenu() {
  const options = answerNodes().map((_, k) => option(k, className(k)));
  const chosen = menu('truth', t0('ownTruth'), options, k => change({truth: Number(k)}));
  chosen.lastChild.value = String(trueClass());
  return chosen;
}
