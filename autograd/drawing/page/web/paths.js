/* Paths: from the chosen node to the chosen root, one product each, and what they add up to. */

const FEW_PATHS = 5;
const MOST_PATHS = 8; // more fold
const FACTORS = 20;

/** The paths of the present state. */
const pathsNow = remembered(() => pathsBetween(current(), S.node, rootNode()));

function pathsCard() {
  const run = current();
  const node = S.node;
  const root = rootNode();
  const found = pathsNow();
  const grad = h('span.grad', numeral(run.grad[node]));
  const title = h('h2.equation', [fraction(root, node), ' = ', grad]);
  const head = [stateNotes(), title, curvePanel(node)];
  if (node === root)
    return [head, h('p.muted', withNames('pathSelf', {root})), actsThrough(node), insights()];
  if (found.count === 0n)
    return [head, h('p.note', withNames('pathNone', {root, node})), insights()];
  return [
    head,
    pathCount(found),
    pathList(run, found),
    pathSum(run, found),
    groupedForm(run, found),
    postReading(run, found),
    factorList(run, found),
    whySum(found),
    actsThrough(node),
    insights(),
  ];
}

const inOrder = found => found.few && found.shown.length < FEW_PATHS;

function sortedPaths(found) {
  if (inOrder(found)) return found.shown;
  return [...found.shown].sort((a, b) => bySize(a.product, b.product));
}

/** Those that are listed: of many the first ones, until the list is unfolded. */
function listedPaths(found) {
  const all = sortedPaths(found);
  return isOpen('paths', false) ? all : all.slice(0, MOST_PATHS);
}

function pathCount(found) {
  const key = found.count === 1n ? 'pathOne' : found.few ? 'pathCount' : 'pathMany';
  const text = t(key, {n: thousands(found.count), shown: found.shown.length});
  return h('p.muted', [text, found.few && !inOrder(found) && [' ', t('largestFirst')]]);
}

const thousands = n => String(n).replace(/\B(?=(\d{3})+$)/g, '\u2009');

/** The names along a path from a node: one arrow for each factor. */
function routeAlong(start, edges) {
  const names = [start, ...edges.map(([node]) => node)].map(nameOf);
  if (names.length > 9) names.splice(4, names.length - 8, '\u2026');
  return joined(names, ' \u2192 ');
}

function pathList(run, found) {
  const most = largestSize([...found.shown.map(path => path.product), run.grad[S.node]]);
  const item = (path, rank) => {
    const {number, product, factors} = path;
    const alone = S.path === number;
    const content = [
      h('span.badge', rank + 1),
      h('span.route', routeAlong(S.node, path.edges)),
      h('span.grad', numeral(product)),
      signedBar(product, most),
      (inOrder(found) || alone) &&
        h('span.factors', equation(productOf(factors, FACTORS), product, 'product')),
    ];
    const choose = () => change({path: alone ? -1 : number});
    return button(`path${number}`, choose, content, {'aria-pressed': String(alone)});
  };
  const all = sortedPaths(found);
  if (all.length <= MOST_PATHS) return list('ol.paths', all.map(item));
  const open = isOpen('paths', false);
  const hidden = all.length - MOST_PATHS;
  return [
    list('ol.paths', listedPaths(found).map(item)),
    button(
      'all-paths',
      () => fold('paths'),
      open ? t0('fewerPaths') : t('morePaths', {n: hidden}),
      {
        'aria-expanded': String(open),
      },
    ),
  ];
}

/** A signed bar on a common zero. */
function signedBar(x, most) {
  const size = 49 * share(x, most);
  return barCanvas('svg.bar', [
    s('rect', {x: x < 0 ? 50 - size : 50, y: 0, width: size, height: 6}),
    lineAt('line', 50, 0, 50, 6),
  ]);
}

function pathSum(run, found) {
  const truth = run.grad[S.node];
  const paths = sortedPaths(found);
  const products = paths.map(path => path.product);
  const listed = products.slice(0, listedPaths(found).length);
  const folded = totalOf(products.slice(listed.length));
  const sum = totalOf(found.shown.map(path => path.product));
  const size = totalOf(products.map(Math.abs));
  const rest = found.few ? folded : truth - sum + folded;
  const more = found.count - BigInt(listed.length);
  const summands = more ? [...listed, rest] : listed;
  const whole = found.few ? sum : truth;
  const agrees =
    !found.few ||
    sum === truth ||
    Math.abs(sum - truth) <= 16 * 2 ** -52 * size ||
    (Number.isNaN(sum) && Number.isNaN(truth));
  const says = t(agrees ? 'sweepSays' : 'sweepDiffers', {x: numeral(truth)});
  return [
    more > 0n &&
      h('div.sum.rest', [h('span', t('rest', {n: thousands(more)})), h('b', numeral(rest))]),
    h('div.sum', [
      h('span', `${t0('sum')} ${sign(sumOf(summands), whole)}`),
      h('b.grad', numeral(whole)),
    ]),
    h('p.muted', [agrees && '\u2713 ', says]),
    found.count > 1n && Math.abs(truth) > 1e-12 && aloneNote(products, truth),
  ];
}

/** What the largest path alone would say, where that is far from the gradient. */
function aloneNote(products, truth) {
  const [largest] = [...products].sort(bySize);
  const ratio = largest / truth;
  if (!Number.isFinite(ratio) || Math.abs(ratio - 1) <= 0.3) return null;
  const things = {
    k: products.indexOf(largest) + 1,
    x: numeral(largest),
    r: outcome(`${numeral(largest)} / ${factor(truth)}`, ratio, numeral, FEW_DIGITS),
  };
  return h('p.note.alone', t(ratio < 0 ? 'aloneWrong' : 'alone', things));
}

/** ∂ŷ1/∂h5 × ∂h5/∂w17: the gradient as a product over the nodes that every path passes. */
function groupedForm(run, found) {
  if (!found.stops.length || (found.count === 1n && found.stops.length > 3)) return null;
  const points = [rootNode(), ...found.stops.slice(0, 6), S.node];
  const pairs = points.slice(1).map((lower, i) => [points[i], lower]);
  const values = pairs.map(([upper, lower]) => gradients(run.local, upper)[lower]);
  const fractions = pairs.map(pair => fraction(...pair));
  return foldable('grouped', withNames('grouped', {stops: nameList(found.stops.slice(0, 6))}), [
    h('p.formula', [fraction(rootNode(), S.node), ' = ', joined(fractions, TIMES)]),
    h('p.formula', ['= ', equation(productOf(values), product(values))]),
  ]);
}

/** The reading k × ∂h5/∂w17 with k = ∂ŷ1/∂w33: what it gives, and why it is not the gradient. */
function postReading(run, found) {
  if (!G.network || !isLeaf(S.node)) return null;
  const layers = G.network.layers;
  const depth = layers.findIndex(layer => layer.some(neuron => neuron.weights.includes(S.node)));
  if (depth < 0 || depth === layers.length - 1) return null;
  const neuron = layers[depth].find(one => one.weights.includes(S.node));
  const output = neuron.nodes.at(-1);
  if (!found.stops.includes(output)) return null;
  const root = rootNode();
  const own = G.parents[root][0];
  const next = layers[depth + 1].find(one => one.nodes.includes(own)) || layers[depth + 1][0];
  const [dot] = next.nodes;
  const weight = G.parents[dot][partnerOf(dot, G.parents[dot].indexOf(output))];
  const k = run.grad[weight];
  const inner = gradients(run.local, output)[S.node];
  const things = {
    dk: [slope(root, weight), ` = ${numeral(k)}`],
    inner: slope(output, S.node),
    product: equation(numeral(k) + TIMES + factor(inner), k * inner, null),
    x: numeral(run.grad[S.node]),
    root,
    w: weight,
    n: output,
    h: output,
    dh: slope(root, output),
    y: numeral(run.grad[output]),
  };
  return foldable('post', withNames('postTitle', things), [
    h('p', withNames('postIs', things)),
    h('p.note', withNames('postNo', things)),
  ]);
}

/** Every local derivative on the paths, by name, rule and number. */
function factorList(run, found) {
  const seen = new Map();
  for (const path of found.shown) {
    if (S.path < 0 || S.path === path.number)
      for (const [node, slot] of path.edges) seen.set(`${node}:${slot}`, [node, slot]);
  }
  const edges = [...seen.values()].sort((a, b) => a[0] - b[0]);
  if (edges.length > MOST_CHIPS) return null;
  const formulas = edges.map(edge => derivativeFormula(run, ...edge));
  return foldable('factors', t0('factors'), list('ul.plain', formulas));
}

/** Why there is more than one path, and why they are added. */
function whySum(found) {
  if (found.count < 2n) return null;
  const root = rootNode();
  const start = found.stops.at(G.network ? -1 : 0) ?? S.node;
  const forked = found.stops.find(node => usesOf(node, root).length > 1) ?? start;
  const fork = G.children[S.node].length > 1 ? S.node : forked;
  const via = [...new Set(usesOf(fork, root).map(([child]) => child))];
  const softmax = ['softmax', 'cross_entropy'].includes(operation(root));
  return h('p.muted', [
    withNames('whySum', {a: fork, root, via: nameList(via, 6)}),
    softmax && G.network && [' ', withNames('whySoftmax', {root, power: ['e', h('sup', 'z')]})],
  ]);
}

/** The leaves that act on the root through a node: at its own inputs, and further away. */
function actsThrough(node) {
  if (!isOperation(node)) return null;
  const own = new Set(neuronOf(node).flatMap(one => G.parents[one]));
  const leaves = byName(leavesOf(node));
  const direct = leaves.filter(leaf => own.has(leaf));
  const far = leaves.filter(leaf => !own.has(leaf));
  return foldable('through', withNames('through', {root: rootNode(), node}), [
    direct.length > 0 && h('p', t('throughDirect', {list: nameList(direct)})),
    far.length > 0 && h('p.muted', t('throughFar', {list: nameList(far)})),
  ]);
}

function pathsSentence() {
  const run = current();
  return say('sayPaths', {
    n: String(waysFrom(S.node)[rootNode()]),
    node: G.names[S.node],
    root: G.names[rootNode()],
    x: numeral(run.grad[S.node]),
  });
}
