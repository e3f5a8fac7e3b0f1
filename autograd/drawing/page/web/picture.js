/* What the pictures share: their parts are made once, then only what changes is set. */

const MOST_CHIPS = 14;
const HIGHEST = 640; // pixels; a higher picture scrolls in a frame of its own
let shown = null; // the picture on the page: its parts, and what it was made for

/** The picture for the present width, made again only where width, language or kind changes. */
function showPicture() {
  const width = pictureWidth();
  const tall = width < 640;
  const key = [width, tall, S.language, S.row].join();
  if (!shown || shown.key !== key) {
    const make = G.network ? networkPicture : DATA.places ? placedPicture : groupsPicture;
    shown = {key, tall, digits: tall && G.network ? FEW_DIGITS : DIGITS, ...make(width, tall)};
    const kind = say(G.network ? 'networkPicture' : 'graphPicture');
    shown.svg.setAttribute('role', 'img');
    shown.svg.setAttribute('aria-label', say('pictureSays', {kind, n: G.size}));
    byId('picture').replaceChildren(shown.svg);
    const high = DATA.places && Number(shown.svg.getAttribute('height')) > HIGHEST;
    put(byId('picture'), 'class', high ? 'bounded' : '');
    shown.scrolls = high || Number(shown.svg.getAttribute('width')) > width + 1;
    byId('wide').hidden = !shown.scrolls;
    write(byId('wide'), shown.scrolls ? say('scroll') : '');
    byId('picture').tabIndex = shown.scrolls ? 0 : -1;
  }
  if (shown.update) shown.update();
  else updatePicture(shown, frame());
}

let room = 0;

/** The room for the picture, measured once for each width of the page: measuring costs a layout. */
function pictureWidth() {
  room ||= Math.max(280, byId('picture').clientWidth);
  return room;
}

/** An empty drawing of a size, in pixels. */
function canvas(width, height, ...children) {
  return s('svg', {width, height, viewBox: `0 0 ${width} ${height}`}, ...children);
}

/** A node: outline, name, data above grad; a click picks it. */
function nodePart(nodes, x, y, width, height, shape, indent = 0) {
  const node = nodes[nodes.length - 1];
  const left = x - width / 2;
  const part = {
    nodes,
    x,
    y,
    width,
    height,
    outline: s('rect', {
      x: left,
      y: y - height / 2,
      width,
      height,
      rx: shape === 'leaf' ? 3 : shape === 'pill' ? height / 2 : 12,
    }),
    data: s('text', {class: 'data', x: left + width - 9, y: y - 3, 'text-anchor': 'end'}),
    grad: s('text', {class: 'grad', x: left + width - 9, y: y + 13, 'text-anchor': 'end'}),
    title: s('title'),
  };
  const op =
    shape === 'pill'
      ? null
      : s(
          'text',
          {class: 'caption', x: left + 9, y: y + 13},
          isOperation(node) ? symbol(node) : '',
        );
  const root =
    shape !== 'pill' && G.roots.includes(node)
      ? s('rect', {
          class: 'double',
          x: left - 4,
          y: y - height / 2 - 4,
          width: width + 8,
          height: height + 8,
          rx: 15,
        })
      : null;
  if (isConstant(node)) {
    for (const [name, value] of [
      ['x', x],
      ['y', y + 4],
      ['text-anchor', 'middle'],
    ])
      part.data.setAttribute(name, value);
  }
  part.group = s(
    'g',
    {class: 'node', click: () => pick(node)},
    part.title,
    root,
    part.outline,
    isConstant(node)
      ? null
      : nameText(G.names[node], {
          class: 'label',
          x: left + (width < 90 ? 7 : 10) + indent,
          y: shape === 'pill' ? y + 5 : y - 3,
        }),
    op,
    part.data,
    part.grad,
  );
  return part;
}

/** An edge along a path, with a halo, room for a chip and a broad invisible line to click on. */
function edgePart(child, slots, weight, path, at) {
  const part = {
    child,
    slots,
    weight,
    at,
    halo: s('path', {class: 'halo', d: path}),
    line: s('path', {class: 'line', d: path}),
    title: s('title'),
    frame: s('rect', {height: 20, rx: 10}),
    number: s('text', {'text-anchor': 'middle'}),
    word: s('text', {class: 'word', 'text-anchor': 'middle'}),
  };
  const target = weight >= 0 ? weight : child;
  part.group = s(
    'g',
    {class: 'edge', click: () => pick(target)},
    part.title,
    part.halo,
    part.line,
    s('path', {class: 'hit', d: path}),
  );
  part.chip = s('g', {class: 'chip'}, part.frame, part.number);
  return part;
}

/** What the present state wants to see: which nodes and edges stand out, and why. */
function frame() {
  const run = current();
  const root = rootNode();
  const found = {
    run,
    root,
    inside: below(root),
    stepping: S.view === 'step',
    on: new Map(),
    onNodes: new Set(),
    before: new Set(),
  };
  if (found.stepping) {
    found.now = moment();
    found.receivers = new Set(found.now.node >= 0 ? G.parents[found.now.node] : []);
  } else if (S.view === 'paths') {
    const {shown: paths} = pathsBetween(run, S.node, root);
    for (const path of paths) {
      if (S.path >= 0 && S.path !== path.number) continue;
      for (const [node, slot] of path.edges) {
        const key = `${node}:${slot}`;
        found.on.set(key, (found.on.get(key) || 0) + Math.abs(path.product));
        found.onNodes.add(node);
      }
    }
    found.onNodes.add(S.node);
    for (const node of neuronOf(S.node)) {
      for (const slot of G.parents[node].keys()) found.before.add(`${node}:${slot}`);
    }
  }
  found.broken = new Set(origins(run));
  return found;
}

/** The nodes of the neuron that a node is the output or the sum of; else the node alone. */
const neuronOf = remembered(node => {
  if (!isOperation(node)) return [];
  const neurons = G.network ? G.network.layers.flat() : [];
  const neuron = neurons.find(one => one.nodes.includes(node));
  return neuron ? neuron.nodes.slice(0, neuron.nodes.indexOf(node) + 1) : [node];
});

function updatePicture(picture, state) {
  for (const part of picture.nodes) updateNode(part, state, picture.digits);
  const lit = picture.edges.map(part => litSlot(part, state));
  const counts = new Map();
  picture.edges.forEach((part, i) => {
    if (lit[i] === null) return;
    for (const end of [`to${part.child}`, `from${part.from}`])
      counts.set(end, (counts.get(end) || 0) + 1);
  });
  const chips = lit.filter(slot => slot !== null).length <= MOST_CHIPS;
  const scale = scales(picture, state);
  state.named = largestWeights(picture, state);
  for (const [i, part] of picture.edges.entries())
    updateEdge(part, state, picture, lit[i], chips, counts, scale);
  const watched = state.stepping && !S.picked ? state.now.node : S.node;
  const part = picture.scrolls && picture.nodes.find(one => one.nodes.includes(watched));
  if (part) keepInView(part);
}

function updateNode(part, state, digits) {
  const {run, now, stepping} = state;
  const node = part.nodes[part.nodes.length - 1];
  const known = !stepping || now.known(node);
  const received = stepping ? now.received[node] : 0;
  const wanted = expected(state.root)[node];
  const hasGrad =
    state.inside[node] && (!stepping || (node === state.root ? now.ready : received > 0));
  const summing = stepping && hasGrad && node !== state.root && received < wanted;
  const grad = stepping ? now.grad[node] : run.grad[node];
  const wrong =
    stepping &&
    S.order !== 'sorted' &&
    now.last &&
    hasGrad &&
    grad !== run.grad[node] &&
    !close(grad, run.grad[node]);
  const working = stepping && part.nodes.includes(now.node);
  const classes = [
    'node',
    part.kind,
    !state.inside[node] && 'outside',
    working && (now.back ? 'working back' : 'working'),
    stepping &&
      !working &&
      part.nodes.some(one => state.receivers.has(one)) &&
      (now.back ? 'near back' : 'near'),
    state.onNodes.has(node) && 'on',
    part.nodes.includes(S.node) && (S.picked || !stepping) && 'chosen',
    part.nodes.some(one => state.broken.has(one)) && 'broken',
    known && !Number.isFinite(run.data[node]) && 'reached',
    wrong && 'wrong',
  ];
  put(part.group, 'class', classes.filter(Boolean).join(' '));
  if (part.data) {
    write(
      part.data,
      known
        ? (part.nodes.some(one => state.broken.has(one)) ? '\u26a0 ' : '') +
            numeral(run.data[node], digits)
        : '\u00b7',
    );
    write(
      part.grad,
      isConstant(node)
        ? ''
        : (wrong ? '\u2260 ' : '') + (hasGrad ? numeral(grad, digits) : '\u00b7'),
    );
    put(part.grad, 'class', summing ? 'grad part' : 'grad');
  }
  const name = fullName(node) + (isOperation(node) ? ` = ${operation(node)}` : '');
  const [x, dx] = [known ? numeral(run.data[node]) : '\u00b7', hasGrad ? numeral(grad) : '\u00b7'];
  write(part.title, `${name}: data ${x}, grad ${dx}`);
}

const close = (a, b) => Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));

/** The slot of an edge that stands out, or null. */
function litSlot(part, state) {
  if (state.stepping)
    return part.child === state.now.node ? part.slots[part.slots.length - 1] : null;
  const found = part.slots.filter(slot => state.on.has(`${part.child}:${slot}`));
  return found.length ? found[0] : null;
}

/** While nothing is chosen: the three weights of the widest edges, which are named. */
function largestWeights(picture, state) {
  if (!state.stepping || S.picked || state.now.node >= 0) return new Set();
  const size = part => Math.abs(amount(part, state)) || 0;
  const weights = picture.edges.filter(part => part.weight >= 0);
  return new Set(weights.sort((a, b) => size(b) - size(a)).slice(0, 3));
}

/** The largest sizes, for the widths. */
function scales(picture, state) {
  return {
    weight: largestSize(
      picture.edges.filter(part => part.weight >= 0).map(part => amount(part, state)),
    ),
    flow: largestSize(picture.edges.map(part => flow(part, state))),
    path: largestSize([...state.on.values()]),
  };
}

const amount = (part, {run}) =>
  S.width === 'value' ? run.data[part.weight] : run.grad[part.weight];
const flow = (part, {run}) => run.local[part.child][part.slots[0]] * run.grad[part.child];

function updateEdge(part, state, picture, slot, chips, counts, scale) {
  const {run, stepping, now} = state;
  const weighted = part.weight >= 0;
  const local = run.local[part.child][slot === null ? part.slots[part.slots.length - 1] : slot];
  const before = part.slots.some(one => state.before.has(`${part.child}:${one}`)) && slot === null;
  const chosen = weighted && part.weight === S.node && (S.picked || !stepping);
  const quantity = weighted && slot === null ? amount(part, state) : local;
  let width = weighted
    ? 0.7 + 3.6 * share(amount(part, state), scale.weight)
    : 0.8 + 3.2 * share(flow(part, state), scale.flow);
  if (slot !== null)
    width = stepping
      ? Math.max(2.4, width)
      : 2 + 4 * share(state.on.get(`${part.child}:${slot}`), scale.path);
  const quiet = !stepping && S.view === 'paths' && slot === null && !before;
  const classes = [
    'edge',
    weighted && 'weight',
    quantity < 0 && 'negative',
    slot !== null && (stepping ? (now.back ? 'back' : 'forward') : 'path'),
    before && 'before',
    chosen && 'chosen',
    (!state.inside[part.child] || quiet) && 'faint',
    stepping && slot === null && !now.known(part.child) && 'faint',
  ];
  put(part.group, 'class', classes.filter(Boolean).join(' '));
  put(part.line, 'stroke-width', width.toFixed(2));
  put(part.halo, 'stroke-width', (width + 7).toFixed(2));
  const showChip =
    (slot !== null && chips && (!stepping || now.back)) ||
    (picture.allChips && (!stepping || now.known(part.child)));
  put(part.chip, 'class', showChip ? (slot !== null ? 'chip lit' : 'chip') : 'chip none');
  const [into, out] = [counts.get(`to${part.child}`) || 0, counts.get(`from${part.from}`) || 0];
  const [x, y] = part.at(
    slot === null || Math.max(into, out) < 2
      ? 0.5
      : into >= out
        ? picture.tall
          ? 0.3
          : 0.42
        : 0.6,
  );
  if (showChip) {
    const text = (G.network ? '' : '\u2202 ') + brief(local, picture.digits);
    write(part.number, text);
    const length = text.length * 6.6 + 12;
    for (const [name, value] of [
      ['x', x - length / 2],
      ['y', y - 10],
      ['width', length],
    ])
      put(part.frame, name, value.toFixed(1));
    put(part.number, 'x', x.toFixed(1));
    put(part.number, 'y', (y + 4).toFixed(1));
  }
  const word = chosen
    ? `${G.names[part.weight]} = ${numeral(run.data[part.weight], picture.digits)}`
    : (before && weighted && chips) || state.named.has(part)
      ? G.names[part.weight]
      : '';
  write(part.word, word);
  put(part.word, 'x', x.toFixed(1));
  put(
    part.word,
    'y',
    (chosen
      ? showChip
        ? y + (picture.tall ? 24 : 35)
        : y - (picture.tall ? 0 : 27)
      : y + 4
    ).toFixed(1),
  );
  const {weight, child} = part;
  const parent = G.parents[child][part.slots[0]];
  write(
    part.title,
    weighted
      ? `${G.names[weight]}: data ${numeral(run.data[weight])}, grad ${numeral(run.grad[weight])}`
      : `\u2202${fullName(child)}/\u2202${fullName(parent)} = ${numeral(local)}`,
  );
}

/** Scroll a large picture so that a node is seen. */
function keepInView(part) {
  const box = byId('picture');
  if (part.x < box.scrollLeft + 60 || part.x > box.scrollLeft + box.clientWidth - 60)
    box.scrollLeft = part.x - box.clientWidth / 2;
  if (part.y < box.scrollTop + 30 || part.y > box.scrollTop + box.clientHeight - 30)
    box.scrollTop = part.y - box.clientHeight / 2;
}
