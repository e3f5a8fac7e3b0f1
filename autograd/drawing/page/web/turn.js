/* Turning a leaf: slider, curve with its tangent, and how good the linear guess is. */

const NUDGE = 0.1;
let panel = null; // of the leaf that can be turned now; kept while its slider is dragged

/** The panel of a leaf, made again only where what it starts from has changed. */
function turnPanel(leaf) {
  if (leaf === null || !isLeaf(leaf) || !G.exact) {
    panel = null;
    return null;
  }
  const others = [...S.edits].filter(([node]) => node !== leaf).join(';');
  const width = cardWidth();
  const key = [leaf, S.root, S.row, S.epoch, S.language, others, width].join('|');
  if (!panel || panel.key !== key) panel = {key, ...makePanel(leaf, width)};
  panel.update();
  return panel.element;
}

/** What the roots of interest are at the start, and how they change with the leaf. */
function startOf(leaf) {
  const leaves = leavesNow();
  leaves[leaf] = givenLeaves()[leaf];
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
}

function makePanel(leaf, width) {
  const start = startOf(leaf);
  let turning = false; // one drag is one edit to undo
  const turnedNow = () => S.edits.get(leaf) ?? start.x;
  const center = Number.isFinite(start.x) ? start.x : 0; // the slider's: it can't stand elsewhere
  const away = 1.2 * Math.abs(finite(turnedNow()) - center) || 0;
  const reach = Math.max(2, Math.abs(center) / 1000, away);
  const ends = [finite(center - reach), finite(center + reach)];
  const movable = x => (Number.isFinite(x) ? x : center);
  const range = slider('turn', say('turnValue', {node: G.names[leaf]}), {
    min: ends[0],
    max: ends[1],
    step: 'any',
    input: event => {
      edit(leaf, event.target.valueAsNumber, !turning);
      turning = true;
    },
    change: () => {
      turning = false;
    },
  });
  const output = h('output');
  const nudge = (by, text) =>
    button(`nudge${by}`, () => edit(leaf, finite(movable(turnedNow()) + by)), text);
  const less = nudge(-NUDGE, MINUS + plain(NUDGE));
  const more = nudge(NUDGE, '+' + plain(NUDGE));
  const undoButton = button('undo', undo, t0('undo'));
  const resetButton = button('reset', () => edit(leaf, null), t0('reset'));
  const curve = curveOf(leaf, start, ends, width);
  const changes = table('table.changes', changesHead(leaf), []);
  const guesses = start.roots.map(root => nudgeGuess(start, root));
  const element = h('section.turn', [
    h('h3', told('turn', {node: leaf})),
    h('div.slider', [less, range, more, output]),
    h('div.buttons', [undoButton, resetButton]),
    h('div.scroll', {tabindex: 0}, changes),
    h('div.would', guesses),
    curve.element,
  ]);
  const update = () => {
    const x = turnedNow();
    const still =
      document.activeElement === range && Math.abs(range.valueAsNumber - movable(x)) <= 1e-12;
    if (!still) range.value = movable(x);
    range.setAttribute('aria-valuetext', numeral(x));
    output.textContent = numeral(x);
    undoButton.setAttribute('aria-disabled', String(!undone.length));
    resetButton.setAttribute('aria-disabled', String(Object.is(x, start.x)));
    const rows = start.roots.map(root => h('tr', changesOf(start, root, x)));
    changes.querySelector('tbody').replaceChildren(...rows);
    curve.update(x);
  };
  return {element, update};
}

const changesHead = leaf => [
  h('th', h('span.unseen', t0('root'))),
  h('th', t0('gradient')),
  h('th', told('change', {node: leaf})),
  ...['guess', 'exact', 'error'].map(key => h('th', t0(key))),
];

/** A row: the gradient, the change of the leaf, and what the root does, by guess and in truth. */
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
  return h('p.muted', told('turnWould', things));
}

/** How far a guess is off, relative to the true number, in percent. */
function offBy(guess, exact) {
  if (guess === exact) return '0 %';
  const off = Math.abs(guess - exact) / Math.abs(exact);
  if (!Number.isFinite(off)) return '\u2014';
  const formula = `100 \u00b7 |${numeral(guess)} ${MINUS} ${factor(exact)}|/|${numeral(exact)}|`;
  return outcome(formula, 100 * off, x => `${numeral(x, FEW_DIGITS)} %`, FEW_DIGITS);
}

/** The curve of the root over the leaf: axes and tangent stay; only the point moves. */
function curveOf(leaf, start, ends, width) {
  const {root, y: y0, slope} = start.roots[0];
  const height = 160;
  const [left, right, top, bottom] = [60, 10, 12, 26];
  const xs = Array.from({length: 81}, (_, i) => between(...ends, i / 80));
  const ys = xs.map(x => valueAt(root, start.at(x)));
  const range = rangeOf([...ys, y0]);
  const px = onLine(...ends, left, width - right);
  const py = onLine(range.bottom, range.top, height - bottom, top);
  const within = y => Math.max(top - 4, Math.min(height - bottom, y));
  const known = Number.isFinite(start.x);
  const tangent = known && tangentEnds(start.x, y0, slope, ...ends, range.bottom, range.top);
  const dot = s('circle.now', {r: 5.5});
  const beside = y =>
    textAt('text', left - 6, py(y) + 4, 'end', brief(y, digitsOf(range.low, range.high)));
  const under = (x, anchor) =>
    textAt('text', px(x), height - 8, anchor, brief(x, digitsOf(...ends)));
  const key = slope === 0 ? 'flat' : 'tangent';
  const label = say(key, {
    root: G.names[root],
    node: G.names[leaf],
    start: numeral(start.x),
    x: numeral(slope),
  });
  const svg = canvas('svg.plot', width, height, label, [
    lineAt('line.axis', left, height - bottom, width - right, height - bottom),
    known && lineAt('line.axis', px(start.x), top, px(start.x), height - bottom),
    curves(xs, ys, px, py, 'polyline.curve'),
    tangent && lineAt('line.tangent', ...tangent.map((end, i) => (i % 2 ? py : px)(end))),
    known && Number.isFinite(y0) && s('circle.start', {cx: px(start.x), cy: within(py(y0)), r: 4}),
    dot,
    beside(range.high),
    beside(range.low),
    under(ends[0], 'start'),
    known && under(start.x, 'middle'),
    under(ends[1], 'end'),
  ]);
  const things = {root, node: leaf, start: numeral(start.x), x: h('b.grad', numeral(slope))};
  const moved = h('span');
  const caption = h('figcaption.muted', [told(key, things), ' ', moved]);
  const element = h('figure', [svg, caption]);
  const update = x => {
    const y = valueAt(root, start.at(x));
    const there = Number.isFinite(x) && Number.isFinite(y);
    put(dot, 'cx', (there ? px(Math.max(ends[0], Math.min(ends[1], x))) : left).toFixed(1));
    put(dot, 'cy', (there ? within(py(y)) : top).toFixed(1));
    put(dot, 'class', there ? 'now' : 'now none');
    const now = {x: numeral(x), y: h('b.grad', numeral(current().grad[leaf]))};
    fill(moved, Object.is(x, start.x) ? [] : t('tangentNow', now));
  };
  return {element, update};
}

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
