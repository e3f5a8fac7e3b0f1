/* Turning a leaf: slider, curve with its tangent, and how good the linear guess is. */

const NUDGE = 0.1;
let turning = false; // a slider is dragged: one drag is one edit to undo

/** The edits of all leaves but one. */
const otherEdits = remembered(
  leaf => [...S.edits].filter(([node]) => node !== leaf).flat(),
  sameList,
);

/** What the roots of interest are at the start, and how they change with the leaf. */
const startOf = remembered(leaf => {
  const leaves = givenLeaves();
  const others = otherEdits(leaf);
  for (let i = 0; i < others.length; i += 2) leaves[others[i]] = others[i + 1];
  const run = forward(leaves);
  const roots = [rootNode()];
  if (DATA.loss !== null && DATA.loss !== rootNode()) roots.push(DATA.loss);
  const at = x => {
    const turned = Float64Array.from(leaves);
    turned[leaf] = x;
    return turned;
  };
  return {
    x: leaves[leaf],
    at,
    roots: roots.map(root => ({root, y: run.data[root], slope: gradients(run.local, root)[leaf]})),
  };
});

const turnedNow = leaf => S.edits.get(leaf) ?? startOf(leaf).x;
const centerOf = x => (Number.isFinite(x) ? x : 0); // of a slider: it can't stand elsewhere

/** How far the slider reaches from the start: further, by steps, where the leaf is beyond it. */
const reachOf = remembered(leaf => {
  const center = centerOf(startOf(leaf).x);
  let reach = Math.max(2, Math.abs(center) / 1000);
  const away = Math.abs(finite(turnedNow(leaf)) - center) || 0;
  while (reach < away && Number.isFinite(reach)) reach *= 2;
  return finite(reach);
});

const endsOf = remembered(leaf => {
  const center = centerOf(startOf(leaf).x);
  return [finite(center - reachOf(leaf)), finite(center + reachOf(leaf))];
});

/** The panel of a leaf, if it can be turned. */
function turnPanel(leaf) {
  if (leaf === null || !isLeaf(leaf) || !G.exact) return null;
  const start = startOf(leaf);
  const x = turnedNow(leaf);
  const movable = Number.isFinite(x) ? x : centerOf(start.x);
  const [min, max] = endsOf(leaf);
  const range = slider('turn', say('turnValue', {node: G.names[leaf]}), {
    min,
    max,
    step: 'any',
    value: movable,
    'aria-valuetext': numeral(x),
    input: event => {
      edit(leaf, event.target.valueAsNumber, !turning);
      turning = true;
    },
    change: () => {
      turning = false;
    },
  });
  const nudge = (by, text) => button(`nudge${by}`, () => edit(leaf, finite(movable + by)), text);
  const unable = is => ({'aria-disabled': String(is)});
  const content = [
    h('div.slider', [
      nudge(-NUDGE, MINUS + plain(NUDGE)),
      range,
      nudge(NUDGE, '+' + plain(NUDGE)),
      h('output', numeral(x)),
    ]),
    h('div.buttons', [
      button('undo', undo, t0('undo'), unable(!S.undone.length)),
      button('reset', () => edit(leaf, null), t0('reset'), unable(Object.is(x, start.x))),
    ]),
    h(
      'div.scroll',
      {tabindex: 0},
      table(
        'table.changes',
        changesHead(leaf),
        start.roots.map(root => changesOf(start, root, x)),
      ),
    ),
    h(
      'div.would',
      start.roots.map(root => nudgeGuess(start, root)),
    ),
    turnFigure(leaf, x),
  ];
  return h('section.turn', foldable('turn', withNames('turn', {node: leaf}), content));
}

const changesHead = leaf => [
  h('th', h('span.unseen', t0('root'))),
  h('th', t0('gradient')),
  h('th', withNames('change', {node: leaf})),
  ...['guess', 'exact', 'error'].map(key => h('th', t0(key))),
];

/** The cells of a row: gradient, change of the leaf, and of the root by guess and in truth. */
function changesOf(start, {root, y, slope}, x) {
  const change = Object.is(x, start.x) ? 0 : x - start.x;
  const guess = slope * change + 0; // a zero without a sign
  const exact = valueAt(root, start.at(x)) - y;
  return [
    h('th', {scope: 'row'}, nameOf(root)),
    h('td.grad', numeral(slope)),
    h('td', numeral(change)),
    h('td.grad', outcome(numeral(slope) + TIMES + factor(change), guess)),
    h('td', numeral(exact)),
    h('td', offBy(guess, exact)),
  ];
}

/** What a nudge of the leaf would do to a root, by guess and in truth. */
function nudgeGuess(start, {root, y, slope}) {
  const guess = slope * NUDGE;
  const exact = valueAt(root, start.at(start.x + NUDGE)) - y;
  const things = {
    what: root,
    guess: equation(numeral(slope) + TIMES + plain(NUDGE), guess, 'grad', signed),
    exact: h('b', signed(exact)),
    off: offBy(guess, exact),
  };
  return h('p.muted', withNames('turnWould', things));
}

/** How far a guess is off, relative to the true number, in percent. */
function offBy(guess, exact) {
  if (guess === exact) return '0 %';
  const off = Math.abs(guess - exact) / Math.abs(exact);
  if (!Number.isFinite(off)) return '\u2014';
  const formula = `100 \u00b7 |${numeral(guess)} ${MINUS} ${factor(exact)}|/|${numeral(exact)}|`;
  return outcome(formula, 100 * off, x => `${numeral(x, FEW_DIGITS)} %`, FEW_DIGITS);
}

/** The curve of the root over the leaf, with the point where the leaf is now. */
function turnFigure(leaf, x) {
  const start = startOf(leaf);
  const {root, slope} = start.roots[0];
  const {axes, px, py, within, ends, size} = curveOf(leaf);
  const y = valueAt(root, start.at(x));
  const there = Number.isFinite(x) && Number.isFinite(y);
  const place = there && {
    cx: px(Math.max(ends[0], Math.min(ends[1], x))).toFixed(1),
    cy: within(py(y)).toFixed(1),
    r: 5.5,
  };
  const key = slope === 0 ? 'flat' : 'tangent';
  const names = {root: G.names[root], node: G.names[leaf]};
  const label = say(key, {...names, start: numeral(start.x), x: numeral(slope)});
  const svg = canvas('svg.plot', ...size, label, [axes, there && s('circle.now', place)]);
  const things = {root, node: leaf, start: numeral(start.x), x: h('b.grad', numeral(slope))};
  const now = {x: numeral(x), y: h('b.grad', numeral(current().grad[leaf]))};
  const moved = !Object.is(x, start.x) && [' ', t('tangentNow', now)];
  return h('figure', [svg, h('figcaption.muted', [withNames(key, things), moved])]);
}

/** Axes, curve and tangent, which stay while the point moves, and the scales of the axes. */
const curveOf = remembered(leaf => {
  const start = startOf(leaf);
  const {root, y: y0, slope} = start.roots[0];
  const size = [S.cardWidth, 160];
  const [left, right, top, bottom] = [60, S.cardWidth - 10, 12, 134];
  const ends = endsOf(leaf);
  const xs = Array.from({length: 81}, (_, i) => between(...ends, i / 80));
  const ys = xs.map(x => valueAt(root, start.at(x)));
  const range = rangeOf([...ys, y0]);
  const px = onLine(...ends, left, right);
  const py = onLine(range.bottom, range.top, bottom, top);
  const within = y => Math.max(top - 4, Math.min(bottom, y));
  const known = Number.isFinite(start.x);
  const tangent = known && tangentEnds(start.x, y0, slope, ...ends, range.bottom, range.top);
  const beside = y =>
    textAt('text', left - 6, py(y) + 4, 'end', brief(y, digitsOf(range.low, range.high)));
  const under = (x, anchor) =>
    textAt('text', px(x), size[1] - 8, anchor, brief(x, digitsOf(...ends)));
  const axes = s('g', [
    lineAt('line.axis', left, bottom, right, bottom),
    known && lineAt('line.axis', px(start.x), top, px(start.x), bottom),
    curves(xs, ys, px, py, 'polyline.curve'),
    tangent && lineAt('line.tangent', ...tangent.map((end, i) => (i % 2 ? py : px)(end))),
    known && Number.isFinite(y0) && s('circle.start', {cx: px(start.x), cy: within(py(y0)), r: 4}),
    beside(range.high),
    beside(range.low),
    under(ends[0], 'start'),
    known && under(start.x, 'middle'),
    under(ends[1], 'end'),
  ]);
  return {axes: whole(axes), px, py, within, ends, size};
});

/** Where a line through a point leaves a box. */
function tangentEnds(x, y, slope, x0, x1, y0, y1) {
  if (!Number.isFinite(slope) || !Number.isFinite(y)) return null;
  const at = end => {
    let cut = end;
    const height = y + slope * (end - x);
    if (height > y1) cut = x + (y1 - y) / slope;
    if (height < y0) cut = x + (y0 - y) / slope;
    return [cut, y + slope * (cut - x)];
  };
  const line = [...at(x0), ...at(x1)];
  return line.every(Number.isFinite) ? line : null;
}
