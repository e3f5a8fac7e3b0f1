/* Positions of the stepping, in the order of time: `step` visits, of the last one of them `part`
 * products; and how far one press goes. */

const COMPLETE = -1; // the part of a visit that has handed on all it has
const UNITS = ['product', 'node', 'layer'];

/** The visit of a step of the sweep, or -1 in the forward steps. */
const visitAt = step => step - G.steps.length - 1;

/** The products that a step of the sweep hands on, as lines of its ledger; constants need none. */
const productsAt = step => productsOf(sweep()[visitAt(step)]?.ledger ?? []);
const productsOf = ledger => ledger.filter(line => !isConstant(line.parent));

/** The step after some; products: whether it starts at the visit, with nothing handed on yet. */
const started = (step, products) => ({
  step,
  part: products && productsAt(step).length ? 0 : COMPLETE,
});

/** The layer of each node: of a network its column, else how far it is from what it is used for. */
const layers = remembered(() => {
  const layer = Array.from(DISTANCES);
  const columns = G.network ? networkColumns() : [];
  for (const [i, column] of columns.entries())
    for (const node of column.flat()) layer[node] = `column ${i}`;
  return layer;
});

/** Whether two steps are both forward, or both of the sweep, and of one layer. */
function areOneLayer(a, b) {
  const [first, second] = [a, b].map(nodeAt);
  const isBack = step => visitAt(step) >= 0;
  return (
    first >= 0 && second >= 0 && isBack(a) === isBack(b) && layers()[first] === layers()[second]
  );
}

/** The node that works at a step, or -1. */
const nodeAt = step => G.steps[step - 1] ?? visitsOf()[visitAt(step)] ?? -1;

/** Where one press leads from a position, for each unit. */
const FORTH = {
  product: ({step, part}) => {
    if (part === COMPLETE) return started(step + 1, true);
    return {step, part: part + 1 < productsAt(step).length ? part + 1 : COMPLETE};
  },
  node: ({step, part}) => ({step: part === COMPLETE ? step + 1 : step, part: COMPLETE}),
  layer: position => {
    let {step} = FORTH.node(position);
    while (areOneLayer(step, step + 1)) step++;
    return {step, part: COMPLETE};
  },
};
const BACK = {
  product: ({step, part}) => {
    const products = part === COMPLETE ? productsAt(step).length : part;
    return products ? {step, part: products - 1} : {step: step - 1, part: COMPLETE};
  },
  node: ({step}) => ({step: step - 1, part: COMPLETE}),
  layer: ({step}) => {
    let first = step;
    while (areOneLayer(step, first - 1)) first--;
    return {step: first - 1, part: COMPLETE};
  },
};

/** Keep the position within the sweep, after a change of the state. */
function boundPosition(patch = S) {
  const moved = ['step', 'root', 'order'].some(name => name in patch) && !('part' in patch);
  state.step = Math.min(S.step, lastStep());
  if (moved || S.part >= productsAt(S.step).length) state.part = COMPLETE;
}

const isAtEnd = () => S.step >= lastStep() && S.part === COMPLETE;

/** A position within a visit in a sentence: the latest product, or the start of the visit. */
function productSentence(now) {
  const name = G.names[now.node];
  const line = now.ledger[now.cut - 1];
  if (!now.part) return say('sayVisit', {node: name, x: numeral(now.grad[now.node])});
  const sum = productSum(line);
  return say('sayProduct', {
    node: name,
    parent: G.names[line.parent],
    x: numeral(line.handed),
    sum,
  });
}

const productSum = line => h('span', sumEquation([line.before, line.handed], line.after));

/** The same in a few words. */
function productResult(now) {
  const line = now.ledger[now.cut - 1];
  if (!now.part) return `${G.names[now.node]}: grad ${numeral(now.grad[now.node])}`;
  return `${G.names[now.node]} \u2192 ${G.names[line.parent]}: ${productSum(line).textContent}`;
}
