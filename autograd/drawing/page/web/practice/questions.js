/* Questions about the page's own graph, each drawn by a number, so that a question is a link. */

const MOST_FACTORS = 8; // along a path that is asked about
const MOST_SUMMED = 6; // paths whose sum is asked for, and at least two
const MOST_HANDED = 24; // products that a node receives, of those asked about
const DRAWS = 40; // until one has no trivial numbers
const EASY = [0.001, 1e4]; // sizes of numbers that are pleasant to compute with

/** A function that gives numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function randomFrom(seed) {
  let a = Math.imul(seed, 0x9e3779b1);
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

const oneOfThese = (things, random) => things[Math.floor(random() * things.length)];

function shuffled(things, random) {
  const keyed = things.map(thing => [random(), thing]);
  return keyed.sort(([a], [b]) => a - b).map(([, thing]) => thing);
}

/** Where questions about a root may begin, by one pass over the graph. */
const groundsOf = remembered(root => {
  const ways = new Int32Array(G.size); // to the root, counted up to one more than are asked about
  const length = new Int32Array(G.size); // of the longest
  ways[root] = 1;
  for (let node = root; node >= 0; node--) {
    if (!ways[node]) continue;
    for (const parent of G.parents[node]) {
      ways[parent] = Math.min(MOST_SUMMED + 1, ways[parent] + ways[node]);
      length[parent] = Math.max(length[parent], length[node] + 1);
    }
  }
  const below = [...G.names.keys()].filter(n => ways[n] && n !== root && !isConstant(n));
  const isShort = length.every(n => n <= MOST_FACTORS);
  const operations = G.steps.filter(node => ways[node]);
  const dots = operations.filter(node => operation(node) === 'dot');
  const wanted = expected(root);
  return {
    starts: isShort ? below.filter(isLeaf) : below,
    forks: below.filter(n => ways[n] > 1 && ways[n] <= MOST_SUMMED && length[n] <= MOST_FACTORS),
    sums: below.filter(n => wanted[n] > 1 && wanted[n] <= MOST_HANDED),
    operations: dots.length ? dots : operations,
  };
});

/** A path upwards from a random place, to the root where that is not too far. */
function drawnPath(root, random) {
  const {starts} = groundsOf(root);
  if (!starts.length) return null;
  const start = oneOfThese(starts, random);
  const edges = [];
  for (let node = start; node !== root && edges.length < MOST_FACTORS; [node] = edges.at(-1))
    edges.push(oneOfThese(usesOf(node, root), random));
  return {start, end: edges.at(-1)[0], edges};
}

/** All paths from a node up to a root; only where there are few. */
function pathsUp(node, root) {
  if (node === root) return [[]];
  return usesOf(node, root).flatMap(edge => pathsUp(edge[0], root).map(rest => [edge, ...rest]));
}

const localOf = (run, [node, slot]) => run.local[node][slot];
const localsOf = (run, edges) => edges.map(edge => localOf(run, edge));

/** How good numbers are for a question: 0 easy, 1 hard, 2 trivial; null where one is not finite. */
function rankOf(numbers) {
  if (!numbers.every(Number.isFinite)) return null;
  if (numbers.some(x => x === 0 || Math.abs(x) === 1)) return 2;
  return numbers.every(x => Math.abs(x) >= EASY[0] && Math.abs(x) < EASY[1]) ? 0 : 1;
}

/** The template of a local derivative as a formula, or null. */
const derivativeTemplate = (run, [node, slot]) =>
  templatesOf(run, node)?.[slot + 1]?.[0] ? templatesOf(run, node)[slot + 1] : null;

/** The nodes whose data the formula of a local derivative names. */
function namedIn(run, [node, slot]) {
  const marks = derivativeTemplate(run, [node, slot])[0].matchAll(/\{([^}]+)\}/g);
  const nodes = [...marks].flatMap(([, mark]) => {
    const [word, ...slots] = mark.split(' ');
    if (word === 'y') return [node];
    if (!slots.length) return [G.parents[node][word]];
    const operands = slots.map(one => G.parents[node][one]);
    const own = word === 'softmax' && SHARES.get(shareKey(operands));
    return own && own !== node ? [own] : operands;
  });
  return [...new Set(nodes)];
}

/** The numbers for a local derivative: those of its formula among those it is taken for. */
function givenFor(run, edge) {
  const nodes = [...namedIn(run, edge), G.parents[edge[0]][edge[1]], edge[0]];
  return byName([...new Set(nodes)]).slice(0, MOST_FACTORS);
}

/** What the formula of a local derivative gives, of the numbers as they are shown. */
function derivativeOfShown(run, edge) {
  const template = derivativeTemplate(run, edge);
  return recomputed(filledTemplate(run, edge[0], template[1], true, false));
}

/** A question about one local derivative: its number, and what else one could take for it. */
function aboutLocal(run, edge) {
  const answer = localOf(run, edge);
  const given = givenFor(run, edge);
  const mistakes = given.map(node => [run.data[node], 'mistakeData', {node}]);
  return {
    asked: edge,
    answer,
    others: [derivativeOfShown(run, edge)],
    given,
    mistakes,
    hint: [edge],
    ranked: [answer],
  };
}

/** The kinds of question: each is drawn for a root, or null where the graph has none. */
const QUESTIONS = {
  factor(run, root, random) {
    const path = drawnPath(root, random);
    const edge = path && oneOfThese(path.edges, random);
    if (!edge || !derivativeTemplate(run, edge)) return null;
    return {...path, ...aboutLocal(run, edge)};
  },
  name(run, root, random) {
    const question = QUESTIONS.factor(run, root, random);
    const choices = question && choicesOf(run, question, random);
    if (!choices) return null;
    return {...question, choices, answer: choices.findIndex(one => one.right), mistakes: []};
  },
  product(run, root, random) {
    const path = drawnPath(root, random);
    if (!path || path.edges.length < 2) return null;
    const factors = localsOf(run, path.edges);
    const answer = product(factors);
    const added = factors.reduce((a, b) => a + b, 0);
    const others = [recomputed(productOf(factors))];
    const mistakes = [[added, 'mistakeAdded', {}]];
    const real = factors.filter(x => Math.abs(x) !== 1);
    const ranked = [...real, real.length > 1 ? answer : 0]; // a product of one is no question
    return {...path, answer, others, mistakes, hint: path.edges, ranked};
  },
  sum(run, root, random) {
    const {forks} = groundsOf(root);
    if (!forks.length) return null;
    const start = oneOfThese(forks, random);
    const paths = pathsUp(start, root);
    const products = paths.map(edges => product(localsOf(run, edges)));
    const answer = products.reduce((a, b) => a + b, 0);
    const mistakes = products.map((x, i) => [x, 'mistakeOnePath', {n: String(i + 1)}]);
    const edges = paths.flat();
    const others = [recomputed(sumOf(products))];
    const ranked = [...products, answer];
    return {
      start,
      end: root,
      edges,
      paths,
      products,
      answer,
      others,
      mistakes,
      hint: edges,
      ranked,
    };
  },
  increment(run, root, random) {
    const {sums} = groundsOf(root);
    if (!sums.length) return null;
    const start = oneOfThese(sums, random);
    const uses = usesOf(start, root).sort(([a, i], [b, k]) => b - a || i - k);
    const at = 1 + Math.floor(random() * (uses.length - 1));
    const edge = uses[at];
    const handed = ([node, slot]) => localOf(run, [node, slot]) * run.grad[node];
    const before = uses.slice(0, at).reduce((sum, one) => sum + handed(one), 0);
    const answer = before + handed(edge);
    const [local, grad] = [localOf(run, edge), run.grad[edge[0]]];
    const others = [recomputed([numeral(before), ' + ', factor(local), TIMES, factor(grad)])];
    const mistakes = [[handed(edge), 'mistakeAssigned', {x: numeral(before)}]];
    const ranked = [before, handed(edge), answer];
    const [node] = edge;
    const asked = {before, local, grad};
    return {start, end: node, edges: [edge], asked, answer, others, mistakes, hint: [edge], ranked};
  },
  slot(run, root, random) {
    const {operations} = groundsOf(root);
    if (!operations.length) return null;
    const node = oneOfThese(operations, random);
    const slots = slotsOf(node).filter(one => !isConstant(G.parents[node][one]));
    const edge = slots.length && [node, oneOfThese(slots, random)];
    if (!edge || !derivativeTemplate(run, edge)) return null;
    return {start: G.parents[node][edge[1]], end: node, edges: [edge], ...aboutLocal(run, edge)};
  },
};
const KINDS = Object.keys(QUESTIONS);

/** Formulas with names to choose from: the right one among those that people take for it. */
function choicesOf(run, question, random) {
  const [node] = question.asked;
  const formula = edge => ({
    make: () => filledTemplate(run, edge[0], derivativeTemplate(run, edge)[0], false, false),
    x: localOf(run, edge),
  });
  const similar = question.given.flatMap(one => {
    const x = run.data[one];
    return [
      {make: () => [nameOf(one)], x},
      {make: () => ['1 \u2212 ', nameOf(one)], x: 1 - x},
      {make: () => ['1 \u2212 ', nameOf(one), h('sup', '2')], x: 1 - x * x},
    ];
  });
  const siblings = slotsOf(node).map(slot => [node, slot]);
  const elsewhere = [...siblings, ...question.edges].filter(edge => derivativeTemplate(run, edge));
  const right = {...formula(question.asked), right: true};
  const [texts, numbers] = [new Set(), new Set()];
  const isNew = ({make, x}) => {
    const [text, number] = [formulaText(make()), numeral(x)];
    const found = texts.has(text) || numbers.has(number) || !/\p{L}/u.test(text);
    texts.add(text);
    numbers.add(number);
    return !found;
  };
  if (!isNew(right)) return null;
  const wrong = [
    ...shuffled(similar, random).filter(isNew).slice(0, 2),
    ...shuffled(elsewhere.map(formula), random).filter(isNew),
    ...shuffled(similar, random).filter(isNew),
  ].slice(0, 3);
  return wrong.length ? shuffled([right, ...wrong], random) : null;
}

/** The question of a number: its kind by turns, the rest by chance; null where there is none. */
function questionOf(run, root, number) {
  const random = randomFrom(number);
  let best = null;
  for (const i of KINDS.keys()) {
    const kind = KINDS[(number - 1 + i) % KINDS.length];
    for (let draw = 0; draw < DRAWS; draw++) {
      const found = QUESTIONS[kind](run, root, random);
      const rank = found && rankOf(found.ranked);
      if (found && rank !== null && !(best?.rank <= rank)) best = {...found, kind, rank};
      if (best?.rank === 0) return best;
    }
    if (best?.rank === 1) return best;
  }
  return best;
}
