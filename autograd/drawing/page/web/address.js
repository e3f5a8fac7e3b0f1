/* The way of the state into the address and back. Nodes have their names there, or numbers where
 * names are not unique. */

const NODE_BY_NAME = new Map();
for (const [node, name] of G.names.entries())
  NODE_BY_NAME.set(name, NODE_BY_NAME.has(name) || isNamedByNumber(node) ? -1 : node);

// From here on constants have the numbers of the present row.
const givenNow = remembered(() => givenLeaves());
for (const node of G.constants.filter(isNamedByNumber))
  Object.defineProperty(G.names, node, {get: () => brief(givenNow()[node])});

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
  part: word => numberOfWord(word, 1e6),
  by: oneOf(UNITS),
  speed: word => SPEEDS.find(speed => String(speed) === word) ?? null,
  path: word => numberOfWord(word, LISTED),
  row: word => numberOfWord(word, ROWS ? ROWS.numbers.length - 1 : 0),
  epoch: word => numberOfWord(word, GIVEN ? MOST_EPOCHS : 0),
  width: oneOf(WIDTHS),
  language: oneOf(LANGUAGES),
  theme: oneOf(THEMES),
  ...SETUP_READERS,
};

/** What the words of an address say, as far as it makes sense; the rest is as at a start. */
function stateOf(words, start) {
  const found = {...start};
  for (const [name, read] of Object.entries(READERS)) {
    const value = words.has(name) ? read(words.get(name)) : null;
    if (value !== null) found[name] = value;
  }
  if (GIVEN && !found.trained && found.epoch >= GIVEN.epochs.length) found.epoch = start.epoch;
  if (words.has('picked')) found.picked = words.get('picked') === '1';
  if (words.has('set')) found.edits = editsOf(words.get('set'));
  return found;
}

function editsOf(text) {
  const edits = new Map();
  for (const edit of text.split(';')) {
    const [word, x] = edit.split(':');
    const node = nodeOfWord(word);
    const isNumber = x?.trim() && Number.isFinite(Number(x));
    if (node !== null && isLeaf(node) && G.exact && isNumber) edits.set(node, Number(x));
  }
  return edits;
}

const editsWord = edits => [...edits].map(([node, x]) => `${nodeWord(node)}:${x}`).join(';');

function readAddress(address) {
  const words = new URLSearchParams(address);
  const lesson = READERS.lesson(words.get('lesson') ?? '');
  Object.assign(state, stateOf(words, startAt(lesson)));
  boundPosition();
}

/** The present state as an address has it; what is as at the start is left out. */
function addressNow() {
  const words = new URLSearchParams();
  const start = {...startAt(S.lesson), lesson: 0};
  for (const name of Object.keys(READERS)) {
    if (S[name] !== start[name]) words.set(name, name === 'node' ? nodeWord(S.node) : S[name]);
  }
  if (S.picked !== start.picked) words.set('picked', Number(S.picked));
  if (editsWord(S.edits) !== editsWord(start.edits)) words.set('set', editsWord(S.edits));
  return words.toString().replaceAll('%3A', ':').replaceAll('%3B', ';');
}

const writeAddress = () => setAddress(addressNow());

function setAddress(text) {
  if (text === location.hash.slice(1)) return;
  try {
    history.replaceState(null, '', text ? '#' + text : '#');
  } catch {
    // in a frame without an address of its own, or too often in a moment: the state lives on
  }
}
