/* Training: the same network from epoch to epoch: its loss, its answers, and which are wrong. */

const COST = 400000; // operations that the curve of the loss may take
const MOST_WRONG = 40; // rows in the list

/** The nodes whose largest value is the answer. */
const answerNodes = () =>
  G.network?.shares.length ? G.network.shares : G.roots.filter(root => root !== DATA.loss);

/** The shares of a run, and which is the largest. */
function answerOf(run) {
  const shares = answerNodes().map(node => run.data[node]);
  return {shares, answer: shares.indexOf(Math.max(...shares))};
}

/** A function: what `found` makes of the run of each row, with the present weights. */
const byRow = found =>
  remembered(() =>
    ROWS.numbers.map((_, row) => {
      const leaves = givenLeaves(row);
      for (const [leaf, x] of S.edits) if (!ROWS.leaves.includes(leaf)) leaves[leaf] = x;
      return found(forward(leaves), row);
    }),
  );

/** For each row: the shares, the answer, the loss. */
const answers = byRow((run, row) => ({
  row,
  ...answerOf(run),
  truth: ROWS.labels[row],
  loss: run.data[DATA.loss],
}));

/** Where a model's page opens: at the row whose class gets the smallest share, with that share as
 * the output, since the gradients of a sure answer are nearly 0. */
function opening() {
  if (BASE.training || !ROWS?.labels || ROWS.numbers.length * G.size > COST) return {};
  const own = answers().map(one => one.shares[one.truth]);
  const row = Math.max(0, own.indexOf(Math.min(...own)));
  return {row, root: Math.max(0, G.roots.indexOf(answerNodes()[ROWS.labels[row]]))};
}

const className = k => (k < 0 ? t0('noAnswer') : ROWS.classes[k] || String(k));
const right = one => one.answer === one.truth;
const epochNow = () => S.course.epochs[Math.min(S.epoch, lastEpoch())];
const epochName = () => `${t0('epoch')} ${epochNow()}`;

/** The parts of the rows, or one part '' with all of them. */
function partsOfRows() {
  const parts = ['train', 'test'].filter(part => ROWS.parts.includes(part));
  return parts.length ? parts : [''];
}

const isOf = part => (_, row) => !part || ROWS.parts[row] === part;
const ofPart = (words, part) => (part ? `${words} (${t0(part)})` : words);
const hasLoss = () => DATA.loss !== null;

function trainingCard() {
  if (TARGETS) return regressionCard();
  if (!ROWS.labels) return trainingOutputs();
  const rows = answers();
  const wrong = rows.filter(one => !right(one));
  const parts = partsOfRows();
  const score = part => {
    const own = rows.filter(isOf(part));
    return h('div', [
      hasLoss() && [
        h('dt', ofPart(t0('meanLoss'), part)),
        h('dd.data', numeral(mean(own.map(one => one.loss)))),
      ],
      h('dt', ofPart(t0('correct'), part)),
      h('dd', `${own.filter(right).length}/${own.length}`),
    ]);
  };
  const split = parts.map(part => `${rows.filter(isOf(part)).length} ${t0(part)}`).join(' + ');
  const things = {n: rows.length, split: parts[0] ? ` (${split})` : ''};
  return [
    trainingHead(),
    experimentCard(),
    h('dl.two', parts.map(score)),
    S.course.measured
      ? foldable('loss', t0('lossOfPasses'), trainingCurves())
      : hasLoss() && foldable('loss', t0('lossCurve'), lossCurve()),
    weightCard(),
    !S.running && mistakes(rows, wrong, things),
  ];
}

/** The table of answers and the rows with a wrong one; left out while it runs. */
function mistakes(rows, wrong, things) {
  const shown = wrong.slice(0, MOST_WRONG);
  const listed = [list('ul.plain.wrong-rows', shown.map(wrongRow)), andMore(wrong, shown)];
  return [
    foldable('confusion', t('confusion', things), confusionTable(rows)),
    foldable(
      'wrong-rows',
      t('wrongRows', {n: wrong.length}),
      wrong.length ? listed : h('p.muted', t0('noneWrong')),
    ),
    (hasOwn() || !wrong.slice(0, MOST_WRONG).some(one => one.row === S.row)) && evidencePanel(),
  ];
}

function trainingHead() {
  return [
    h('h2', epochName()),
    S.edits.size > 0 &&
      h('p.note', [t('turnedTraining'), ' ', button('reset-training', reset, t0('reset'))]),
  ];
}

/** Of rows without classes there is no loss and no right answer to show. */
function trainingOutputs() {
  const output = root => [nameOf(root), ' = ', h('b.data', numeral(current().data[root]))];
  return [trainingHead(), h('p.muted', t('noClasses')), list('ul.plain', G.roots.map(output))];
}

function wrongRow(one) {
  const chosen = one.row === chosenRow();
  const things = {
    number: one.row + 1,
    truth: className(one.truth),
    answer: className(one.answer),
  };
  const words = ofPart(say('wrongRow', things), ROWS.parts[one.row]);
  const choose = () => change({row: one.row});
  return [
    button(`wrong${one.row}`, choose, words, {'aria-pressed': String(chosen)}),
    chosen && evidence(one),
  ];
}

/** A number of a feature in the unit that was measured. */
const inUnit = (x, i) => x * (ROWS.scale[1][i] ?? 1) + (ROWS.scale[0][i] ?? 0);

function confusionTable(rows) {
  const names = answerNodes().map((_, k) => className(k));
  const cell = (truth, answer) => {
    const count = rows.filter(one => one.truth === truth && one.answer === answer).length;
    return h('td', {class: truth === answer ? 'right' : count ? 'error' : ''}, count);
  };
  const title = (scope, name) => h('th', {scope}, name);
  const head = [h('th', h('span.unseen', t0('truth'))), names.map(name => title('col', name))];
  const cells = (name, truth) => [title('row', name), names.map((_, k) => cell(truth, k))];
  return table('table.confusion', head, names.map(cells));
}

/** Mean loss of each part of the rows, at some epochs: computed once, with no leaf turned. */
const lossByEpoch = remembered(() => {
  const affordable = Math.floor(COST / (ROWS.numbers.length * G.steps.length));
  const count = Math.max(6, Math.min(41, S.course.epochs.length, affordable));
  const last = lastEpoch();
  const picked = Array.from({length: count}, (_, i) => Math.round((i / (count - 1)) * last));
  const epochs = [...new Set(picked)];
  const parts = partsOfRows();
  const sums = epochs.map(epoch => {
    const losses = ROWS.numbers.map((_, row) => valueAt(DATA.loss, givenLeaves(row, epoch)));
    return parts.map(part => mean(losses.filter(isOf(part))));
  });
  return {epochs, parts, lines: parts.map((_, k) => sums.map(row => row[k]))};
});

const mean = list => list.reduce((sum, x) => sum + x, 0) / list.length;

function lossCurve() {
  const width = S.cardWidth;
  const {epochs, parts, lines} = lossByEpoch();
  const height = 130;
  const [left, right, top, bottom] = [48, 8, 8, 22];
  const high = largestSize(lines.flat());
  const last = lastEpoch();
  const px = onLine(0, Math.max(1, last), left, width - right);
  const py = onLine(0, high, height - bottom, top);
  const spans = lines.map((line, k) => {
    const part = parts[k] && t0(parts[k]) + ' ';
    return `${part}${numeral(line[0])} \u2192 ${numeral(line.at(-1))}`;
  });
  const label = `${t0('lossCurve')}: ${spans.join('; ')}`;
  const svg = canvas('svg.plot', width, height, label, [
    lineAt('line.axis', left, height - bottom, width - right, height - bottom),
    lines.map((line, k) => curves(epochs, line, px, py, `polyline.curve${k ? '.second' : ''}`)),
    lineAt('line.tangent', px(S.epoch), top, px(S.epoch), height - bottom),
    textAt('text', left - 6, top + 6, 'end', numeral(high, FEW_DIGITS)),
    textAt('text', left - 6, height - bottom + 3, 'end', '0'),
    textAt('text', left, height - 6, null, S.course.epochs[0]),
    textAt('text', width - right, height - 6, 'end', S.course.epochs[last]),
  ]);
  const key = (part, k) => h('span.line-key', [h(k ? 'i.second' : 'i'), t0(part)]);
  return h('figure', [svg, parts.length > 1 && h('figcaption.muted', parts.map(key))]);
}

function epochBar() {
  const range = slider('epoch', t0('epochBar'), {
    min: 0,
    max: lastEpoch(),
    step: 1,
    value: S.epoch,
    'aria-valuetext': epochName(),
    input: event => change({epoch: Number(event.target.value)}),
  });
  const ends = {atStart: 0, atShown: S.course.shown};
  const buttons = Object.entries(ends).map(([key, epoch]) => {
    const pressed = {'aria-pressed': String(S.epoch === epoch)};
    return button(key, () => change({epoch}), t0(key), pressed);
  });
  const output = h('output', epochNow());
  return h('div.epochs', [h('span', t0('epochBar')), range, output, buttons]);
}
