/* The state of the page, its way into the address and back, and what is computed from it. */

const ROWS = DATA.rows;
const TRAINING = DATA.training || null;
const VIEWS = TRAINING ? ['step', 'paths', 'training'] : ['step', 'paths'];
const THEMES = ['auto', 'light', 'dark'];
const WIDTHS = ['value', 'gradient'];

/** The last of a network's weights in its second layer is no start; the first one is: w17. */
function firstChoice() {
  if (G.network) {
    const {layers} = G.network;
    return (layers[1] ?? layers[0])[0].weights[0];
  }
  return leavesOf(G.roots[0])[0] ?? G.roots[0];
}

const DEFAULTS = {
  view: 'step',
  root: 0,
  node: firstChoice(),
  picked: false,
  step: 0,
  order: 'sorted',
  path: -1,
  row: 0,
  epoch: 0, // untrained: there gradients are large enough to be seen
  width: 'value',
  language: (navigator.language || '').startsWith('ko') ? 'ko' : 'en',
  theme: 'auto',
};
const S = {...DEFAULTS, edits: new Map()};
const undone = []; // earlier edits, for undo

const rootNode = () => G.roots[S.root];
const visitsInOrder = Object.fromEntries(
  Object.entries(ORDERS).map(([order, visits]) => [order, remembered(visits)]),
);
const visitsOf = () => visitsInOrder[S.order](rootNode());
const lastStep = () => G.steps.length + visitsOf().length;

/** The numbers of the leaves before anything was turned: of the graph, the row, the epoch. */
function givenLeaves(row = S.row, epoch = S.epoch) {
  const leaves = Float64Array.from(DATA.data, Number);
  for (const [i, leaf] of TRAINING?.parameters.entries() ?? []) leaves[leaf] = weightAt(epoch, i);
  for (const [i, leaf] of ROWS?.leaves.entries() ?? []) leaves[leaf] = Number(ROWS.numbers[row][i]);
  return leaves;
}

function leavesNow() {
  const leaves = givenLeaves();
  for (const [leaf, x] of S.edits) leaves[leaf] = x;
  return leaves;
}

/** A constant without a label is called by its number, which each row may give another one. */
function isNamedByNumber(node) {
  return isConstant(node) && !DATA.labeled[node];
}

function nameConstants() {
  givenLeaves().forEach((x, node) => {
    if (isNamedByNumber(node)) G.names[node] = brief(x);
  });
}

let computed = null;

/** Values, local derivatives and gradients of the present state. */
function current() {
  const key = [S.row, S.epoch, S.root, [...S.edits].join(';')].join('|');
  if (!computed || computed.key !== key) {
    const leaves = leavesNow();
    const run = forward(leaves);
    computed = {key, leaves, ...run, grad: gradients(run.local, rootNode())};
  }
  return computed;
}

let moved = null;

/** Where the stepping is: which node works, what is known, what was handed on so far. */
function moment() {
  const run = current();
  const visits = visitsOf();
  const step = Math.min(S.step, G.steps.length + visits.length);
  if (moved && moved.run === run && moved.visits === visits && moved.step === step) return moved;
  const back = step > G.steps.length;
  const count = Math.max(0, step - G.steps.length);
  const node = step === 0 ? -1 : back ? visits[count - 1] : G.steps[step - 1];
  const sums = sweepUntil(run, rootNode(), visits, count);
  const reached = back ? G.size : node;
  moved = {
    run,
    visits,
    step,
    back,
    count,
    node,
    ...sums,
    last: step === G.steps.length + visits.length,
    ready: step >= G.steps.length,
    known: n => n <= reached || !isOperation(n),
  };
  return moved;
}

// The address. Names of nodes are used where they are unique, else numbers.

const NODE_BY_NAME = new Map();
for (const [node, name] of G.names.entries())
  NODE_BY_NAME.set(name, NODE_BY_NAME.has(name) || isNamedByNumber(node) ? -1 : node);
const nodeWord = node =>
  NODE_BY_NAME.get(G.names[node]) === node && !G.names[node].startsWith('@')
    ? G.names[node]
    : `@${node}`;

function nodeOfWord(word) {
  const node = /^@\d+$/.test(word) ? Number(word.slice(1)) : NODE_BY_NAME.get(word);
  return Number.isInteger(node) && node >= 0 && node < G.size ? node : null;
}

function numberOfWord(word, most) {
  return /^\d{1,7}$/.test(word) && Number(word) <= most ? Number(word) : null;
}

const oneOf = list => word => (list.includes(word) ? word : null);
const READERS = {
  view: oneOf(VIEWS),
  root: word => numberOfWord(word, G.roots.length - 1),
  node: nodeOfWord,
  order: oneOf(Object.keys(ORDERS)),
  step: word => numberOfWord(word, 1e6),
  path: word => numberOfWord(word, LISTED),
  row: word => numberOfWord(word, ROWS ? ROWS.numbers.length - 1 : 0),
  epoch: word => numberOfWord(word, TRAINING ? TRAINING.epochs.length - 1 : 0),
  width: oneOf(WIDTHS),
  language: oneOf(LANGUAGES),
  theme: oneOf(THEMES),
};

/** What an address says, as far as it makes sense; the rest is left as it would be at the start. */
function readAddress() {
  Object.assign(S, DEFAULTS, {edits: new Map()});
  const words = new URLSearchParams(location.hash.slice(1));
  for (const [name, read] of Object.entries(READERS)) {
    const value = words.has(name) ? read(words.get(name)) : null;
    if (value !== null) S[name] = value;
  }
  S.picked = words.get('picked') === '1';
  for (const edit of (words.get('set') || '').split(';')) {
    const [word, x] = edit.split(':');
    const node = nodeOfWord(word);
    const isNumber = x?.trim() && Number.isFinite(Number(x));
    if (node !== null && isLeaf(node) && G.exact && isNumber) S.edits.set(node, Number(x));
  }
  S.step = Math.min(S.step, lastStep());
}

function writeAddress() {
  const words = new URLSearchParams();
  for (const name of Object.keys(READERS)) {
    if (S[name] !== DEFAULTS[name]) words.set(name, name === 'node' ? nodeWord(S.node) : S[name]);
  }
  if (S.picked) words.set('picked', '1');
  if (S.edits.size)
    words.set('set', [...S.edits].map(([node, x]) => `${nodeWord(node)}:${x}`).join(';'));
  const text = words.toString();
  if (text === location.hash.slice(1)) return;
  try {
    history.replaceState(null, '', text ? '#' + text : '#');
  } catch {
    // in a frame without an address of its own, or too often in a moment: the state lives on
  }
}

let addressTimer = 0;

/** Change the state and show it. */
function change(patch) {
  if ('root' in patch || 'node' in patch || 'row' in patch) patch = {path: -1, ...patch};
  Object.assign(S, patch);
  S.step = Math.min(S.step, lastStep());
  clearTimeout(addressTimer);
  addressTimer = setTimeout(writeAddress, 150);
  render();
}

/** Choose a node, for all views. */
function pick(node) {
  change({node, picked: true});
}

/** Give a leaf a number; null gives back the one it had. */
function edit(leaf, x, remember = true) {
  if (remember) undone.push(new Map(S.edits));
  const edits = new Map(S.edits);
  if (x === null || x === givenLeaves()[leaf]) edits.delete(leaf);
  else edits.set(leaf, x);
  change({edits});
}

function undo() {
  if (undone.length) change({edits: undone.pop()});
}

function reset() {
  undone.push(new Map(S.edits));
  change({edits: new Map()});
}
