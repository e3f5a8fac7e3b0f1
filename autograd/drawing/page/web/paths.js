/* Paths: from the chosen node to the chosen root, one product each, and what they add up to. */

const FEW_PATHS = 5;
const FACTORS = 20;

function pathsCard() {
  const run = current();
  const node = S.node;
  const root = rootNode();
  const found = pathsBetween(run, node, root);
  const head = h(
    'h2',
    {class: 'equation'},
    fraction(G.names[root], G.names[node]),
    ' = ',
    h('span', {class: 'grad'}, numeral(run.grad[node])),
  );
  if (node === root)
    return [
      stateNotes(),
      head,
      h('p', {class: 'muted'}, told('pathSelf', {root})),
      actsThrough(node),
    ];
  if (found.count === 0n)
    return [stateNotes(), head, h('p', {class: 'note'}, told('pathNone', {root, node}))];
  return [
    stateNotes(),
    head,
    pathCount(found),
    pathList(run, found),
    pathSum(run, found),
    groupedForm(run, found),
    postReading(run, found),
    factorList(run, found),
    whySum(found),
    actsThrough(node),
  ];
}

const inOrder = found => found.few && found.shown.length < FEW_PATHS;

function sortedPaths(found) {
  return inOrder(found)
    ? found.shown
    : [...found.shown].sort((a, b) => bySize(a.product, b.product));
}

function pathCount(found) {
  const text =
    found.count === 1n
      ? t('pathOne')
      : found.few
        ? t('pathCount', {n: String(found.count)})
        : t('pathMany', {n: thousands(found.count), shown: found.shown.length});
  return h(
    'p',
    {class: 'muted'},
    text,
    found.few && !inOrder(found) ? [' ', t('largestFirst')] : null,
  );
}

const thousands = n => String(n).replace(/\B(?=(\d{3})+$)/g, '\u2009');

/** The nodes of a route; a sum inside a neuron is left out where its output follows. */
function routeOf(path) {
  const inner = new Set(
    G.network ? G.network.layers.flat().flatMap(neuron => neuron.nodes.slice(0, -1)) : [],
  );
  return [S.node, ...path.edges.map(([node]) => node).filter(node => !inner.has(node))];
}

function route(nodes) {
  const shownNodes = nodes.length > 9 ? [...nodes.slice(0, 4), -1, ...nodes.slice(-4)] : nodes;
  return shownNodes.flatMap((node, i) => [
    i ? ' \u2192 ' : '',
    node < 0 ? '\u2026' : nameOf(G.names[node]),
  ]);
}

function pathList(run, found) {
  const most = largestSize([...found.shown.map(path => path.product), run.grad[S.node]]);
  return h(
    'ol',
    {class: 'paths'},
    ...sortedPaths(found).map((path, rank) => {
      const alone = S.path === path.number;
      return h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            'data-key': `path${path.number}`,
            'aria-pressed': String(alone),
            click: () => change({path: alone ? -1 : path.number}),
          },
          h('span', {class: 'badge'}, rank + 1),
          h('span', {class: 'route'}, route(routeOf(path))),
          h('span', {class: 'grad'}, numeral(path.product)),
          signedBar(path.product, most),
          (inOrder(found) || alone) &&
            h(
              'span',
              {class: 'factors'},
              equation(productOf(path.factors, FACTORS), path.product, null),
            ),
        ),
      );
    }),
  );
}

/** A signed bar on a common zero. */
function signedBar(x, most) {
  const size = 49 * share(x, most);
  return s(
    'svg',
    {class: 'bar', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    s('rect', {x: x < 0 ? 50 - size : 50, y: 0, width: size, height: 6}),
    s('line', {x1: 50, x2: 50, y1: 0, y2: 6}),
  );
}

function pathSum(run, found) {
  const truth = run.grad[S.node];
  const sum = found.shown.reduce((total, path) => total + path.product, 0);
  const list = sortedPaths(found);
  const largest = [...list].sort((a, b) => bySize(a.product, b.product))[0];
  const ratio = largest.product / truth;
  const lines = [];
  const summands = list.map(path => path.product);
  if (!found.few) {
    summands.push(truth - sum);
    lines.push(
      h(
        'div',
        {class: 'sum rest'},
        h('span', {}, t('rest', {n: thousands(found.count - BigInt(found.shown.length))})),
        h('b', {}, numeral(truth - sum)),
      ),
    );
  }
  const whole = found.few ? sum : truth;
  lines.push(
    h(
      'div',
      {class: 'sum'},
      h('span', {}, `${t0('sum')} ${sign(sumOf(summands), whole)}`),
      h('b', {class: 'grad'}, numeral(whole)),
    ),
  );
  const total = found.shown.reduce((all, path) => all + Math.abs(path.product), 0);
  const agrees =
    !found.few ||
    sum === truth ||
    Math.abs(sum - truth) <= 16 * 2 ** -52 * total ||
    (Number.isNaN(sum) && Number.isNaN(truth));
  lines.push(
    h(
      'p',
      {class: 'muted'},
      agrees
        ? ['\u2713 ', t('sweepSays', {x: numeral(truth)})]
        : t('sweepDiffers', {x: numeral(truth)}),
    ),
  );
  if (
    found.count > 1n &&
    Math.abs(truth) > 1e-12 &&
    Math.abs(ratio - 1) > 0.3 &&
    Number.isFinite(ratio)
  ) {
    lines.push(
      h(
        'p',
        {class: 'note alone'},
        t(ratio < 0 ? 'aloneWrong' : 'alone', {
          k: list.indexOf(largest) + 1,
          x: numeral(largest.product),
          r: outcome(`${numeral(largest.product)} / ${factor(truth)}`, ratio, numeral, FEW_DIGITS),
        }),
      ),
    );
  }
  return lines;
}

/** ∂ŷ1/∂h5 × ∂h5/∂w17: the gradient as a product over the nodes that every path passes. */
function groupedForm(run, found) {
  if (!found.stops.length || (found.count === 1n && found.stops.length > 3)) return null;
  const points = [rootNode(), ...found.stops.slice(0, 6), S.node];
  const pairs = points.slice(1).map((lower, i) => [points[i], lower]);
  const values = pairs.map(([upper, lower]) => gradients(run.local, upper)[lower]);
  return [
    h('h3', {}, told('grouped', {stops: nameList(found.stops.slice(0, 6))})),
    h(
      'p',
      {class: 'formula'},
      fraction(G.names[rootNode()], G.names[S.node]),
      ' = ',
      ...pairs.map(([upper, lower], i) => [
        i ? TIMES : '',
        fraction(G.names[upper], G.names[lower]),
      ]),
    ),
    h(
      'p',
      {class: 'formula'},
      '= ',
      equation(
        productOf(values),
        values.reduce((a, b) => a * b, 1),
      ),
    ),
  ];
}

/** The reading k × ∂h5/∂w17 with k = ∂ŷ1/∂w33: what it gives, and why it is not the gradient. */
function postReading(run, found) {
  if (!G.network || !isLeaf(S.node)) return null;
  const layers = G.network.layers;
  const depth = layers.findIndex(layer => layer.some(neuron => neuron.weights.includes(S.node)));
  if (depth < 0 || depth === layers.length - 1) return null;
  const neuron = layers[depth].find(one => one.weights.includes(S.node));
  const output = neuron.nodes[neuron.nodes.length - 1];
  if (!found.stops.includes(output)) return null;
  const own = G.parents[rootNode()][0];
  const next = layers[depth + 1].find(one => one.nodes.includes(own)) || layers[depth + 1][0];
  const operands = G.parents[next.nodes[0]];
  const half = operands.length / 2;
  const slot = operands.indexOf(output);
  const weight = operands[slot < half ? slot + half : slot - half];
  const k = run.grad[weight];
  const inner = gradients(run.local, output)[S.node];
  const root = rootNode();
  return [
    h('h3', {}, t0('postTitle')),
    h(
      'p',
      {},
      told('postIs', {
        dk: [slope(G.names[root], G.names[weight]), ` = ${numeral(k)}`],
        inner: slope(G.names[output], G.names[S.node]),
        product: equation(numeral(k) + TIMES + factor(inner), k * inner, null),
      }),
    ),
    h(
      'p',
      {class: 'note'},
      told('postNo', {
        x: numeral(run.grad[S.node]),
        root,
        w: weight,
        n: output,
        h: output,
        dh: slope(G.names[root], G.names[output]),
        y: numeral(run.grad[output]),
      }),
    ),
  ];
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
  return [
    h('h3', {}, t0('factors')),
    h(
      'ul',
      {class: 'plain'},
      ...edges.map(([node, slot]) => h('li', {}, derivativeFormula(run, node, slot))),
    ),
  ];
}

/** Why there is more than one path, and why they are added. */
function whySum(found) {
  if (found.count < 2n) return null;
  const root = rootNode();
  const start = found.stops.length
    ? found.stops[found.stops.length > 1 && !G.network ? 0 : found.stops.length - 1]
    : S.node;
  const fork =
    G.children[S.node].length > 1
      ? S.node
      : (found.stops.find(
          node => G.children[node].filter(([child]) => below(root)[child]).length > 1,
        ) ?? start);
  const via = [
    ...new Set(G.children[fork].map(([child]) => child).filter(child => below(root)[child])),
  ];
  const softmax = operation(root) === 'softmax' || operation(root) === 'cross_entropy';
  return h(
    'p',
    {class: 'muted'},
    told('whySum', {a: fork, root, via: nameList(via, 6)}),
    softmax && G.network ? [' ', told('whySoftmax', {root})] : null,
  );
}

/** The leaves that act on the root through a node: at its own inputs, and further away. */
function actsThrough(node) {
  if (!isOperation(node)) return null;
  const own = new Set(neuronOf(node).flatMap(one => G.parents[one]));
  const leaves = G.leaves
    .filter(leaf => below(node)[leaf])
    .sort((a, b) => G.names[a].localeCompare(G.names[b], 'en', {numeric: true}));
  const direct = leaves.filter(leaf => own.has(leaf));
  const far = leaves.filter(leaf => !own.has(leaf));
  return [
    h('h3', {}, told('through', {root: rootNode(), node})),
    direct.length > 0 && h('p', {}, t('throughDirect', {list: nameList(direct)})),
    far.length > 0 && h('p', {class: 'muted'}, t('throughFar', {list: nameList(far)})),
  ];
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
