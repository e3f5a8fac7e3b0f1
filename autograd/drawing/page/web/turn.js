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
  const width = Math.max(240, byId('card').clientWidth - 42);
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
  const name = () => nameOf(G.names[leaf]);
  const turnedNow = () => (S.edits.has(leaf) ? S.edits.get(leaf) : start.x);
  const centre = Number.isFinite(start.x) ? start.x : 0; // the slider's: it can't stand elsewhere
  const reach = Math.max(
    2,
    Math.abs(centre) / 1000,
    1.2 * Math.abs(finite(turnedNow()) - centre) || 0,
  );
  const ends = [finite(centre - reach), finite(centre + reach)];
  const movable = x => (Number.isFinite(x) ? x : centre);
  const slider = h('input', {
    type: 'range',
    min: ends[0],
    max: ends[1],
    step: 'any',
    'data-key': 'turn',
    'aria-label': say('turnValue', {node: G.names[leaf]}),
    input: event => {
      edit(leaf, event.target.valueAsNumber, !turning);
      turning = true;
    },
    change: () => {
      turning = false;
    },
  });
  const output = h('output', {});
  const nudge = (by, text) =>
    h(
      'button',
      {
        type: 'button',
        'data-key': `nudge${by}`,
        click: () => edit(leaf, finite(movable(turnedNow()) + by)),
      },
      text,
    );
  const undoButton = h('button', {type: 'button', 'data-key': 'undo', click: undo}, t0('undo'));
  const resetButton = h(
    'button',
    {type: 'button', 'data-key': 'reset', click: () => edit(leaf, null)},
    t0('reset'),
  );
  const curve = curveOf(leaf, start, ends, width);
  const table = h('tbody');
  const would = h('div', {class: 'would'});
  const element = h(
    'section',
    {class: 'turn'},
    h('h3', {}, t('turn', {node: name()})),
    h(
      'div',
      {class: 'slider'},
      nudge(-NUDGE, MINUS + plain(NUDGE)),
      slider,
      nudge(NUDGE, '+' + plain(NUDGE)),
      output,
    ),
    h('div', {class: 'buttons'}, undoButton, resetButton),
    h(
      'div',
      {class: 'scroll', tabindex: 0},
      h(
        'table',
        {class: 'changes'},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', {}, h('span', {class: 'unseen'}, t0('root'))),
            h('th', {}, t0('gradient')),
            h('th', {}, t('change', {node: name()})),
            h('th', {}, t0('guess')),
            h('th', {}, t0('exact')),
            h('th', {}, t0('error')),
          ),
        ),
        table,
      ),
    ),
    would,
    curve.element,
  );
  const update = () => {
    const x = turnedNow();
    if (document.activeElement !== slider || Math.abs(slider.valueAsNumber - movable(x)) > 1e-12)
      slider.value = movable(x);
    slider.setAttribute('aria-valuetext', numeral(x));
    output.textContent = numeral(x);
    undoButton.setAttribute('aria-disabled', String(!undone.length));
    resetButton.setAttribute('aria-disabled', String(Object.is(x, start.x)));
    const change = Object.is(x, start.x) ? 0 : x - start.x;
    table.replaceChildren(
      ...start.roots.map(({root, y, slope}) => {
        const exact = valueAt(root, start.at(x)) - y;
        const guess = slope * change + 0; // a zero without a sign
        const cells = [
          numeral(slope),
          numeral(change),
          outcome(numeral(slope) + TIMES + factor(change), guess),
          numeral(exact),
          offBy(guess, exact),
        ];
        return h(
          'tr',
          {},
          h('th', {scope: 'row'}, nameOf(G.names[root])),
          ...cells.map((text, i) => h('td', {class: i === 0 || i === 2 ? 'grad' : ''}, text)),
        );
      }),
    );
    curve.update(x);
  };
  would.replaceChildren(
    ...start.roots.map(({root, y, slope}) => {
      const guess = slope * NUDGE;
      const exact = valueAt(root, start.at(start.x + NUDGE)) - y;
      return h(
        'p',
        {class: 'muted'},
        t('turnWould', {
          what: nameOf(G.names[root]),
          guess: equation(numeral(slope) + TIMES + plain(NUDGE), guess, 'grad', signed),
          exact: h('b', {}, signed(exact)),
          off: offBy(guess, exact),
        }),
      );
    }),
  );
  return {element, update};
}

/** How far a guess is off, relative to the true number, in percent. */
function offBy(guess, exact) {
  if (guess === exact) return '0 %';
  const off = Math.abs(guess - exact) / Math.abs(exact);
  if (!Number.isFinite(off)) return '\u2014';
  return outcome(
    `100 \u00b7 |${numeral(guess)} ${MINUS} ${factor(exact)}|/|${numeral(exact)}|`,
    100 * off,
    x => `${numeral(x, FEW_DIGITS)} %`,
    FEW_DIGITS,
  );
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
  const dot = s('circle', {class: 'now', r: 5.5});
  const label = (x, y, anchor, text) => s('text', {x, y, 'text-anchor': anchor}, text);
  const digits = digitsOf(range.low, range.high);
  const digitsAlong = digitsOf(...ends);
  const svg = canvas(
    width,
    height,
    s('line', {
      class: 'axis',
      x1: left,
      x2: width - right,
      y1: height - bottom,
      y2: height - bottom,
    }),
    known &&
      s('line', {class: 'axis', x1: px(start.x), x2: px(start.x), y1: top, y2: height - bottom}),
    ...curves(xs, ys, px, py, 'curve'),
    tangent &&
      s('line', {
        class: 'tangent',
        x1: px(tangent[0]),
        y1: py(tangent[1]),
        x2: px(tangent[2]),
        y2: py(tangent[3]),
      }),
    known &&
      Number.isFinite(y0) &&
      s('circle', {class: 'start', cx: px(start.x), cy: within(py(y0)), r: 4}),
    dot,
    label(left - 6, py(range.high) + 4, 'end', brief(range.high, digits)),
    label(left - 6, py(range.low) + 4, 'end', brief(range.low, digits)),
    label(left, height - 8, 'start', brief(ends[0], digitsAlong)),
    known && label(px(start.x), height - 8, 'middle', brief(start.x, digitsAlong)),
    label(width - right, height - 8, 'end', brief(ends[1], digitsAlong)),
  );
  const words = slope === 0 ? 'flat' : 'tangent';
  svg.setAttribute('class', 'plot');
  svg.setAttribute('role', 'img');
  svg.setAttribute(
    'aria-label',
    say(words, {root: G.names[root], node: G.names[leaf], x: numeral(slope)}),
  );
  const element = h(
    'figure',
    {},
    svg,
    h(
      'figcaption',
      {class: 'muted'},
      t(words, {
        root: nameOf(G.names[root]),
        node: nameOf(G.names[leaf]),
        x: h('b', {class: 'grad'}, numeral(slope)),
      }),
    ),
  );
  const update = x => {
    const y = valueAt(root, start.at(x));
    const there = Number.isFinite(x) && Number.isFinite(y);
    put(dot, 'cx', (there ? px(Math.max(ends[0], Math.min(ends[1], x))) : left).toFixed(1));
    put(dot, 'cy', (there ? within(py(y)) : top).toFixed(1));
    put(dot, 'class', there ? 'now' : 'now none');
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
