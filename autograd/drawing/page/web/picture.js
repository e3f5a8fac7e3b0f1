/* The picture as the state has it: its parts are made once, then only what changes is set. */

const MOST_CHIPS = 14;
const HIGHEST = 0.8; // of the window; a higher picture scrolls in a frame of its own
let shown = null; // the picture on the page: its parts, and what it was made for

/** The picture for the present width, made again only where width, language or kind changes. */
function showPicture() {
  const width = pictureWidth();
  const tall = width < 640;
  const key = [width, tall, S.language, S.row].join();
  if (!shown || shown.key !== key) {
    const make = G.network ? networkPicture : DATA.places ? placedPicture : groupsPicture;
    shown = {key, tall, digits: tall && G.network ? FEW_DIGITS : DIGITS, ...make(width, tall)};
    byId('picture').replaceChildren(shown.svg);
    const high =
      DATA.places && Number(shown.svg.getAttribute('height')) > HIGHEST * window.innerHeight;
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
  const neuron = NEURONS.find(one => one.nodes.includes(node));
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
  picture.watched = picture.nodes.find(one => one.nodes.includes(watched));
  const stop = picture.watched ?? picture.nodes[0];
  for (const one of picture.nodes) put(one.group, 'tabindex', one === stop ? 0 : -1);
}

/** With the focus on a node: up and down move it to the others, Enter picks. */
function onPictureKey(event) {
  const nodes = shown.nodes ?? [];
  const at = nodes.findIndex(part => part.group === event.target);
  const by = {ArrowUp: -1, ArrowDown: 1}[event.key];
  if (at < 0 || !(by || event.key === 'Enter' || event.key === ' ')) return;
  event.preventDefault();
  if (by) nodes[(at + by + nodes.length) % nodes.length].group.focus();
  else pick(nodes[at].nodes.at(-1));
}

function updateNode(part, state, digits) {
  const {run, now, stepping} = state;
  const node = part.nodes.at(-1);
  const any = set => part.nodes.some(one => set.has(one));
  const known = !stepping || now.known(node);
  const {hasGrad, summing} = stepping
    ? gradOf(node, state.root, now)
    : {hasGrad: state.inside[node], summing: false};
  const grad = stepping ? now.grad[node] : run.grad[node];
  const wrong =
    stepping &&
    S.order !== 'sorted' &&
    now.last &&
    hasGrad &&
    grad !== run.grad[node] &&
    !close(grad, run.grad[node]);
  const working = stepping && part.nodes.includes(now.node);
  const near = stepping && !working && any(state.receivers);
  const holding = classes(
    'node',
    part.kind,
    !state.inside[node] && 'outside',
    working && 'working',
    near && 'near',
    (working || near) && now.back && 'back',
    state.onNodes.has(node) && 'on',
    part.nodes.includes(S.node) && (S.picked || !stepping) && 'chosen',
    any(state.broken) && 'broken',
    known && !Number.isFinite(run.data[node]) && 'reached',
    wrong && 'wrong',
  );
  put(part.group, 'class', holding);
  const texts = few => [
    known ? notAsWhole(run.data[node], few) : '\u00b7',
    hasGrad ? numeral(grad, few) : '\u00b7',
  ];
  if (part.data) {
    const [data, shown] = texts(digits);
    write(part.data, (known && any(state.broken) ? '\u26a0 ' : '') + data);
    write(part.grad, isConstant(node) ? '' : (wrong ? '\u2260 ' : '') + shown);
    put(part.grad, 'class', summing ? 'grad part' : 'grad');
  }
  const name = fullName(node) + (isOperation(node) ? ` = ${operation(node)}` : '');
  const [data, shown] = texts(DIGITS);
  write(part.title, `${name}: data ${data}, grad ${shown}`);
}

const close = (a, b) => Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));

/** The slot of an edge that stands out, or null. */
function litSlot(part, state) {
  if (state.stepping) return part.child === state.now.node ? part.slots.at(-1) : null;
  return part.slots.find(slot => state.on.has(`${part.child}:${slot}`)) ?? null;
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
  const weights = picture.edges.filter(part => part.weight >= 0);
  return {
    weight: largestSize(weights.map(part => amount(part, state))),
    flow: largestSize(picture.edges.map(part => flow(part, state))),
    path: largestSize([...state.on.values()]),
  };
}

const amount = (part, {run}) =>
  S.width === 'value' ? run.data[part.weight] : run.grad[part.weight];
const flow = (part, {run}) => run.local[part.child][part.slots[0]] * run.grad[part.child];

function updateEdge(part, state, picture, slot, chips, counts, scale) {
  const {run, stepping, now} = state;
  const {child, weight} = part;
  const [weighted, lit] = [weight >= 0, slot !== null];
  const [name, parent] = [G.names[weight], G.parents[child][part.slots[0]]];
  const local = run.local[child][slot ?? part.slots.at(-1)];
  const before = !lit && part.slots.some(one => state.before.has(`${child}:${one}`));
  const chosen = weighted && weight === S.node && (S.picked || !stepping);
  const quantity = weighted && !lit ? amount(part, state) : local;
  let width = weighted
    ? 0.7 + 3.6 * share(amount(part, state), scale.weight)
    : 0.8 + 3.2 * share(flow(part, state), scale.flow);
  if (lit && stepping) width = Math.max(2.4, width);
  else if (lit) width = 2 + 4 * share(state.on.get(`${child}:${slot}`), scale.path);
  const quiet = stepping ? !now.known(child) : S.view === 'paths' && !before;
  const holding = classes(
    'edge',
    weighted && 'weight',
    quantity < 0 && 'negative',
    lit && (!stepping ? 'path' : now.back ? 'back' : 'forward'),
    before && 'before',
    chosen && 'chosen',
    (!state.inside[child] || (quiet && !lit)) && 'faint',
  );
  put(part.group, 'class', holding);
  put(part.line, 'stroke-width', width.toFixed(2));
  put(part.halo, 'stroke-width', (width + 7).toFixed(2));
  const chip = stepping
    ? (lit && chips && now.back) || (picture.allChips && now.known(child))
    : (lit && chips) || picture.allChips;
  put(part.chip, 'class', classes('chip', !chip && 'none', chip && lit && 'lit'));
  const [into, out] = [counts.get(`to${child}`) || 0, counts.get(`from${part.from}`) || 0];
  const nearer = into < out ? 0.6 : picture.tall ? 0.3 : 0.42;
  const [x, y] = part.at(lit && Math.max(into, out) > 1 ? nearer : 0.5);
  if (chip) {
    const text = '\u2202 ' + brief(local, picture.digits);
    const length = text.length * 6.6 + 12;
    write(part.number, text);
    putNumbers(part.frame, {x: x - length / 2, y: y - 10, width: length});
    putNumbers(part.number, {x, y: y + 4});
  }
  const named = (before && weighted && chips) || state.named.has(part);
  const value = chosen && ` = ${numeral(run.data[weight], picture.digits)}`;
  write(part.word, chosen ? name + value : named ? name : '');
  const lower = chip ? (picture.tall ? 24 : 35) : picture.tall ? 0 : -27;
  putNumbers(part.word, {x, y: y + (chosen ? lower : 4)});
  write(
    part.title,
    weighted
      ? `${name}: data ${numeral(run.data[weight])}, grad ${numeral(run.grad[weight])}`
      : `\u2202${fullName(child)}/\u2202${fullName(parent)} = ${numeral(local)}`,
  );
}

let kept = null; // the node that was last brought into view

/** Scroll so that the node that works or is chosen is seen; once, so that one may scroll away. */
function keepInView() {
  const part = shown.watched;
  if (part && shown.scrolls) keepInFrame(part);
  const sheet = getComputedStyle(byId('card')).bottom === '0px';
  if (part && part !== kept && sheet) keepAboveSheet(part);
  kept = part;
}

/** On a narrow page, where the card is a sheet: scroll the page so that a node is seen above it. */
function keepAboveSheet(part) {
  const {top, bottom} = part.group.getBoundingClientRect();
  const free = byId(S.view === 'step' ? 'transport' : 'card').getBoundingClientRect().top - 8;
  if (top < 8) window.scrollBy(0, top - 8);
  else if (bottom > free) window.scrollBy(0, bottom - free);
}

/** Scroll a large picture in its frame so that a node is seen. */
function keepInFrame(part) {
  const box = byId('picture');
  if (part.x < box.scrollLeft + 60 || part.x > box.scrollLeft + box.clientWidth - 60)
    box.scrollLeft = part.x - box.clientWidth / 2;
  if (part.y < box.scrollTop + 30 || part.y > box.scrollTop + box.clientHeight - 30)
    box.scrollTop = part.y - box.clientHeight / 2;
}
