/* The numbers in the texts of a lesson, computed here: {grad w17}, {data h1 * local h5 s5 =}. */

/** What numbers are of: the run of a state, with the output and the row. */
const contextNow = () => ({...current(), root: rootNode(), row: S.row, order: S.order});

/** Each term: a function of the context and of what follows its name. */
const LESSON_TERMS = {
  data: (c, node) => c.data[node],
  grad: (c, upper, lower) =>
    lower === undefined ? c.grad[upper] : gradients(c.local, upper)[lower],
  local: (c, child, slot) => c.local[child][slot],
  path: (c, node, number) =>
    pathsBetween(c, node, c.root).shown.find(path => path.number === number)?.product ?? NaN,
  paths: (c, node) => Number(waysFrom(node)[c.root]),
  handed: (c, node, number) => {
    const [child, slot] = usesOf(node, c.root)[number];
    return c.local[child][slot] * c.grad[child];
  },
  guess: (c, leaf, step) => c.grad[leaf] * step,
  change: (c, leaf, step) => {
    const leaves = Float64Array.from(c.leaves);
    leaves[leaf] += step;
    return valueAt(c.root, leaves) - c.data[c.root];
  },
  error: (c, leaf, step) => {
    const [guess, exact] = ['guess', 'change'].map(name => LESSON_TERMS[name](c, leaf, step));
    return guess === exact ? 0 : (100 * Math.abs(guess - exact)) / Math.abs(exact);
  },
  leaves: c => leavesOf(c.root).length,
  products: c => costs(c.root).back,
  forward_products: c => costs(c.root).forward,
  wrong_gradients: c => {
    const visits = visitsInOrder[c.order](c.root);
    const {grad} = sumsAfter(sweepOf(c, c.root, visits), c.root, visits.length);
    return leavesOf(c.root).filter(leaf => !close(grad[leaf], c.grad[leaf])).length;
  },
  wrong_rows: () => (ROWS?.labels ? answers().filter(one => !right(one)).length : 0),
};

/** What is no number. */
const LESSON_WORDS = {
  output: c => nameOf(c.root),
  row: c => String(c.row + 1),
  truth: c => className(ROWS.labels[c.row]),
  answer: c => className(answerOf(c).answer),
};

const COUNTS = new Set([
  ...['paths', 'leaves', 'products', 'forward_products', 'wrong_gradients', 'wrong_rows'],
]);
const GRADIENTS = new Set(['grad', 'path', 'handed', 'guess']);
/** The color of a term. */
const kindOfTerm = ([name]) =>
  GRADIENTS.has(name) ? 'grad' : ['data', 'local'].includes(name) ? name : null;

const numberOfTerm = (context, term) =>
  typeof term === 'number' ? term : LESSON_TERMS[term[0]](context, ...term.slice(1));

/** The number of a formula. */
function numberOfFormula(context, {terms, sign}) {
  const numbers = terms.map(term => numberOfTerm(context, term));
  return sign === '+' ? numbers.reduce((a, b) => a + b, 0) : product(numbers);
}

/** How a term's number is written. */
function termShown(term, x) {
  if (typeof term === 'number') return plain(x);
  if (COUNTS.has(term[0])) return thousands(x);
  if (term[0] === 'error') return numeral(x, FEW_DIGITS);
  return term[0] === 'data' ? notAsWhole(x) : numeral(x);
}

/** A formula as a text shows it: its number, or the operation with its result or without. */
function formulaShown(context, {terms, sign, shown}) {
  const [first] = terms;
  if (first[0] in LESSON_WORDS) return LESSON_WORDS[first[0]](context);
  const result = numberOfFormula(context, {terms, sign});
  const kind = sign ? 'grad' : typeof first === 'number' ? null : kindOfTerm(first);
  const alone = terms.length === 1 ? termShown(first, result) : numeral(result);
  if (!shown) return h('b', {class: kind}, alone);
  const numbers = terms.map((term, i) => {
    const text = termShown(term, numberOfTerm(context, term));
    return i ? bracketed(text) : text;
  });
  const operation = numbers.join(sign === '+' ? ' + ' : TIMES);
  return shown === '=' ? equation(operation, result) : `${operation} = ?`;
}

const NAMES_IN_TEXTS = /(?<![A-Za-z])([A-Za-z\u0177]{1,2}\d{1,4})(?!\d)/;

/** A text of a lesson in the language of the page, with numbers, and names as the page has them. */
function lessonText(text, context) {
  const pieces = text[S.language] ?? Object.values(text)[0];
  const named = (piece, i) => (i % 2 && NODE_BY_NAME.get(piece) >= 0 ? nameInText(piece) : piece);
  return pieces.map(piece =>
    typeof piece === 'string'
      ? piece.split(NAMES_IN_TEXTS).map(named)
      : formulaShown(context, piece),
  );
}

const nameInText = name => nameOf(NODE_BY_NAME.get(name));
