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
  return {x: leaves[leaf], at, roots: roots.map(root => ({root, y: run.data[root], slope: gradients(run.local, root)[leaf]}))};
}

function makePanel(leaf, width) {
  const start = startOf(leaf);
  let turning = false; // one drag is one edit to undo
  const name = () => nameOf(G.names[leaf]);
  const turnedNow = () => (S.edits.has(leaf) ? S.edits.get(leaf) : start.x);
  const reach = Math.max(2, 1.2 * Math.abs(turnedNow() - start.x));
  const slider = h('input', {
    type: 'range', min: start.x - reach, max: start.x + reach, step: 'any', 'data-key': 'turn',
    'aria-label': say('turnValue', {node: G.names[leaf]}),
    input: event => {
      edit(leaf, event.target.valueAsNumber, !turning);
      turning = true;
    },
    change: () => { turning = false; },
  });
  const output = h('output', {});
  const nudge = (by, text) => h('button', {type: 'button', 'data-key': `nudge${by}`, click: () => edit(leaf, turnedNow() + by)}, text);
  const undoButton = h('button', {type: 'button', 'data-key': 'undo', click: undo}, t0('undo'));
  const resetButton = h('button', {type: 'button', 'data-key': 'reset', click: () => edit(leaf, null)}, t0('reset'));
  const curve = curveOf(leaf, start, reach, width);
  const table = h('tbody');
  const would = h('div', {class: 'would'});
  const element = h('section', {class: 'turn'},
    h('h3', {}, t('turn', {node: name()})),
    h('div', {class: 'slider'}, nudge(-NUDGE, `${MINUS}0.1`), slider, nudge(NUDGE, '+0.1'), output),
    h('div', {class: 'buttons'}, undoButton, resetButton),
    h('div', {class: 'scroll', tabindex: 0}, h('table', {class: 'changes'},
      h('thead', {}, h('tr', {}, h('th', {}, h('span', {class: 'unseen'}, t0('root'))), h('th', {}, t('change', {node: name()})), h('th', {}, t0('guess')), h('th', {}, t0('exact')), h('th', {}, t0('error')))), table)),
    would, curve.element);
  const update = () => {
    const x = turnedNow();
    if (document.activeElement !== slider || Math.abs(slider.valueAsNumber - x) > 1e-12) slider.value = x;
    slider.setAttribute('aria-valuetext', numeral(x));
    output.textContent = numeral(x);
    undoButton.setAttribute('aria-disabled', String(!undone.length));
    resetButton.setAttribute('aria-disabled', String(x === start.x));
    const change = x - start.x;
    table.replaceChildren(...start.roots.map(({root, y, slope}) => {
      const exact = valueAt(root, start.at(x)) - y;
      const guess = slope * change;
      return h('tr', {}, h('th', {scope: 'row'}, nameOf(G.names[root])), ...[change, guess, exact, guess - exact].map((number, i) => h('td', {class: i === 1 ? 'grad' : ''}, numeral(number))));
    }));
    curve.update(x);
  };
  would.replaceChildren(...start.roots.map(({root, y, slope}) => h('p', {class: 'muted'}, t('turnWould', {
    what: nameOf(G.names[root]), guess: h('b', {class: 'grad'}, signed(slope * NUDGE)), exact: h('b', {}, signed(valueAt(root, start.at(start.x + NUDGE)) - y))}))));
  return {element, update};
}

/** The curve of the root over the leaf: axes and tangent stay where they are; only the point moves. */
function curveOf(leaf, start, reach, width) {
  const {root, y: y0, slope} = start.roots[0];
  const height = 160;
  const [left, right, top, bottom] = [60, 10, 12, 26];
  const xs = Array.from({length: 81}, (_, i) => start.x - reach + (2 * reach * i) / 80);
  const ys = xs.map(x => valueAt(root, start.at(x)));
  const finite = ys.filter(Number.isFinite);
  let low = Math.min(...finite, y0);
  let high = Math.max(...finite, y0);
  if (!(high - low > 1e-9 * Math.max(1, Math.abs(high)))) [low, high] = [low - 1, high + 1];
  const pad = 0.08 * (high - low);
  const px = x => left + ((x - xs[0]) / (2 * reach)) * (width - left - right);
  const py = y => height - bottom - ((y - low + pad) / (high - low + 2 * pad)) * (height - top - bottom);
  const within = y => Math.max(top - 4, Math.min(height - bottom, y));
  const digits = Math.max(2, Math.min(8, 2 - Math.floor(Math.log10(high - low))));
  const lines = [];
  let points = [];
  ys.forEach((y, i) => {
    if (Number.isFinite(y)) points.push(`${px(xs[i]).toFixed(1)},${py(y).toFixed(1)}`);
    if (!Number.isFinite(y) || i === ys.length - 1) {
      if (points.length > 1) lines.push(s('polyline', {class: 'curve', points: points.join(' ')}));
      points = [];
    }
  });
  const tangent = tangentEnds(start.x, y0, slope, xs[0], xs[80], low - pad, high + pad);
  const dot = s('circle', {class: 'now', r: 5.5});
  const svg = canvas(width, height,
    s('line', {class: 'axis', x1: left, x2: width - right, y1: height - bottom, y2: height - bottom}),
    s('line', {class: 'axis', x1: px(start.x), x2: px(start.x), y1: top, y2: height - bottom}),
    ...lines,
    tangent && s('line', {class: 'tangent', x1: px(tangent[0]), y1: py(tangent[1]), x2: px(tangent[2]), y2: py(tangent[3])}),
    s('circle', {class: 'start', cx: px(start.x), cy: within(py(y0)), r: 4}), dot,
    s('text', {x: left - 6, y: py(high) + 4, 'text-anchor': 'end'}, brief(high, digits)),
    s('text', {x: left - 6, y: py(low) + 4, 'text-anchor': 'end'}, brief(low, digits)),
    s('text', {x: left, y: height - 8}, brief(xs[0], 2)),
    s('text', {x: px(start.x), y: height - 8, 'text-anchor': 'middle'}, brief(start.x, 2)),
    s('text', {x: width - right, y: height - 8, 'text-anchor': 'end'}, brief(xs[80], 2)));
  const words = slope === 0 ? 'flat' : 'tangent';
  svg.setAttribute('class', 'plot');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', say(words, {root: G.names[root], node: G.names[leaf], x: numeral(slope)}));
  const element = h('figure', {}, svg, h('figcaption', {class: 'muted'}, t(words, {root: nameOf(G.names[root]), node: nameOf(G.names[leaf]), x: h('b', {class: 'grad'}, numeral(slope))})));
  const update = x => {
    const y = valueAt(root, start.at(x));
    put(dot, 'cx', px(Math.max(xs[0], Math.min(xs[80], x))).toFixed(1));
    put(dot, 'cy', within(py(Number.isFinite(y) ? y : low)).toFixed(1));
    put(dot, 'class', Number.isFinite(y) ? 'now' : 'now none');
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
  return [...at(x0), ...at(x1)];
}
