/* The state of the page, its way into the address and back, and what is computed from it. */

const ROWS = DATA.rows;
const GIVEN = givenCourse();
const VIEWS = ['step', 'paths', ...(GIVEN ? ['training'] : []), 'practice'];
const THEMES = ['auto', 'light', 'dark'];
const WIDTHS = ['value', 'gradient'];

/** The node that is chosen at first: the first weight of a network's second layer, as that has
 * several paths; else the first leaf. */
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
  part: COMPLETE, // of the step's visit: how many products are handed on
  by: 'node', // how far one press goes
  speed: 1,
  order: 'sorted',
  path: -1,
  row: 0,
  epoch: 0, // untrained: there gradients are large enough to be seen
  width: 'value',
  language: (navigator.language || '').startsWith('ko') ? 'ko' : 'en',
  theme: 'auto',
};
/** What is not in the address: of this visit and this window. */
const SESSION = {
  undone: [], // earlier edits, for undo
  course: GIVEN, // of the parameters, as they were given, or as they are trained here
  running: false, // the training
  playing: false,
  flight: null, // what moves in the picture
  folded: new Set(), // keys of panels that are not as they are at first
  tableIsOpen: false,
  zoom: 1,
  sheet: 'middle',
  windowWidth: 0,
  windowHeight: 0,
  pictureWidth: 0,
  cardWidth: 0,
};
Object.assign(state, SESSION, DEFAULTS, {edits: new Map()});

const lastEpoch = () => (S.course?.epochs.length ?? 1) - 1;
const rootNode = () => G.roots[S.root];
const visitsInOrder = Object.fromEntries(
  Object.entries(ORDERS).map(([order, visits]) => [order, remembered(visits)]),
);
const visitsOf = () => visitsInOrder[S.order](rootNode());
const lastStep = () => G.steps.length + visitsOf().length;

/** The numbers of the leaves before anything was turned: of the graph, the row, the epoch. */
function givenLeaves(row = chosenRow(), epoch = S.epoch) {
  const leaves = Float64Array.from(DATA.data, Number);
  const numbers = S.course?.numbers[Math.min(epoch, lastEpoch())];
  for (const [i, leaf] of S.course?.parameters.entries() ?? []) leaves[leaf] = numbers[i];
  for (const [i, leaf] of ROWS?.leaves.entries() ?? []) leaves[leaf] = Number(numbersOf(row)[i]);
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

/** Values and local derivatives of the present state. */
const values = remembered(() => {
  const leaves = leavesNow();
  return {leaves, ...forward(leaves)};
});

/** Values, local derivatives and gradients of the present state. */
const current = remembered(() => {
  const run = values();
  return {...run, grad: gradients(run.local, rootNode())};
});

/** The whole sweep of the present state: what each visit hands on. */
const sweep = remembered(() => sweepOf(current(), rootNode(), visitsOf()));

/** Where the stepping is: which node works, what is known, what was handed on so far. */
const stepping = remembered(() => {
  const run = current();
  const visits = visitsOf();
  const step = Math.min(S.step, lastStep());
  const count = Math.max(0, step - G.steps.length);
  const back = count > 0;
  const node = step === 0 ? -1 : back ? visits[count - 1] : G.steps[step - 1];
  const reached = back ? G.size : node;
  return {
    run,
    visits,
    step,
    back,
    count,
    node,
    part: S.part,
    ...sumsAfter(sweep(), rootNode(), count, S.part),
    last: isAtEnd(),
    ready: step >= G.steps.length,
    known: n => n <= reached || !isOperation(n),
  };
});

let addressTimer = 0;

/** What else changes with a change: functions that give it, if anything. */
const FOLLOWING = [patch => ('root' in patch || 'node' in patch || 'row' in patch) && {path: -1}];

/** Change the state and show it; what the view is about comes into view where that changes. */
function change(patch) {
  const before = watched();
  for (const follows of FOLLOWING) patch = {...follows(patch), ...patch};
  Object.assign(state, patch);
  boundPosition(patch);
  clearTimeout(addressTimer);
  addressTimer = setTimeout(writeAddress, 150);
  render();
  if (watched() !== before) bringIntoView();
}

/** Choose a node, for all views. */
function pick(node) {
  change({node, picked: true});
}

/** Give a leaf a number; null gives back the one it had. */
function edit(leaf, x, remember = true) {
  const edits = new Map(S.edits);
  if (x === null || x === givenLeaves()[leaf]) edits.delete(leaf);
  else edits.set(leaf, x);
  setEdits(edits, remember);
}

const reset = () => setEdits(new Map());

function setEdits(edits, remember = true) {
  change({edits, undone: remember ? [...S.undone, S.edits] : S.undone});
}

function undo() {
  if (S.undone.length) change({edits: S.undone.at(-1), undone: S.undone.slice(0, -1)});
}

/** Whether a panel that is open at first, or closed, is open now. */
const isOpen = (key, first = true) => S.folded.has(key) !== first;

function fold(key) {
  const folded = new Set(S.folded);
  if (folded.has(key)) folded.delete(key);
  else folded.add(key);
  change({folded});
}
