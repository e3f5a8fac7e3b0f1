/* Softmax beside sigmoid outputs of the same scores: their numbers, how each depends on each score,
 * and so how many paths a weight has to an output. */

const MOST_OUTPUTS = 12;

/** The scores that the shares are of, in their order; none where one of them is a constant. */
const scores = () => {
  const found = (G.network?.shares ?? []).map(share => G.parents[share][0]);
  const fits = found.length <= MOST_OUTPUTS && !found.some(isConstant);
  return fits ? found : [];
};

/** The score whose sigmoid stands beside the output that is looked at, and its share. */
function comparedOutput() {
  const {shares} = G.network;
  const k = Math.max(0, shares.indexOf(isShare(rootNode()) ? rootNode() : S.node));
  return {share: shares[k], score: scores()[k]};
}

const isShare = node => G.network?.shares.includes(node) ?? false;

/** In cards of what the shares are of, and of the shares. */
function outputsPanel() {
  if (!scores().length || !(isShare(rootNode()) || isShare(S.node))) return null;
  const {share, score} = comparedOutput();
  const start = startOfPaths(score);
  const [many, one] = [waysFrom(start)[share], waysFrom(start)[score]];
  const title = withNames('outputsTitle', {
    node: start,
    root: share,
    n: String(many),
    m: String(one),
  });
  return insight('outputs', title, () => [
    outputsTable(),
    h('div.jacobians', [
      jacobian(t0('jacobianSoftmax'), i => nameOf(G.network.shares[i]), softmaxCell),
      jacobian(t0('jacobianSigmoid'), i => ['\u03c3', h('sub', i + 1)], sigmoidCell),
    ]),
    h('p.muted', t0('jacobianClick')),
    cellFormulas(),
    h('p.muted', t('jacobianWhy', {power: ['e', h('sup', 'z')]})),
    h('h3', withNames('outputsPaths', {node: start, root: share})),
    pathsToOutput(start, share, score),
  ]);
}

/** The chosen node, where it acts on a score from below; else a weight that does. */
const startOfPaths = score =>
  below(score)[S.node] && S.node !== score && !isConstant(S.node) ? S.node : firstChoice();

function outputsTable() {
  const {data} = current();
  const shares = G.network.shares.map(node => data[node]);
  const sigmoids = scores().map(node => FUNCTIONS.sigmoid(data[node]));
  const heads = ['z', 'softmax', 'sigmoid \u03c3'].map(name => h('th', {scope: 'col'}, name));
  const lines = scores().map((node, k) => [
    h('th', {scope: 'row'}, [nameOf(G.network.shares[k]), ' ', ROWS?.classes[k] ?? '']),
    h('td.data', numeral(data[node])),
    h('td.data', numeral(shares[k])),
    h('td', numeral(sigmoids[k])),
  ]);
  const sums = [
    h('th', {scope: 'row'}, t0('sum')),
    h('td'),
    h('td', outcome(sumOf(shares), totalOf(shares))),
    h('td', outcome(sumOf(sigmoids), totalOf(sigmoids))),
  ];
  const corner = h('th', h('span.unseen', t0('output')));
  return table('table.outputs', [corner, ...heads], [...lines, sums]);
}

/** The matrix of the derivatives of outputs by scores; a row for each output. */
function jacobian(title, outputName, cell) {
  const head = scores().map(node => h('th', {scope: 'col'}, nameOf(node)));
  const line = (_, i) => [
    h('th', {scope: 'row'}, outputName(i)),
    ...scores().map((_, j) => cell(i, j)),
  ];
  const corner = h('th', h('span.unseen', t0('output')));
  const matrix = table('table.jacobian', [corner, ...head], scores().map(line));
  return h('div', [h('h3', title), h('div.scroll', {tabindex: 0}, matrix)]);
}

/** Where in the matrix the picture is: the output that is differentiated, by the chosen score. */
const cellNow = () => [G.network.shares.indexOf(rootNode()), scores().indexOf(S.node)];

/** ∂ŷi/∂zj: a button that lights the path zj → ŷi. */
function softmaxCell(i, j) {
  const [share, score] = [G.network.shares[i], scores()[j]];
  const number = current().local[share][G.parents[share].indexOf(score)];
  const text = numeral(number, FEW_DIGITS);
  if (!G.roots.includes(share)) return h('td.local', text);
  const [row, column] = cellNow();
  const choose = () => change({view: 'paths', root: G.roots.indexOf(share), node: score});
  const attributes = {
    'aria-pressed': String(i === row && j === column),
    'aria-label': `\u2202${G.names[share]}/\u2202${G.names[score]} = ${text}`,
  };
  return h('td', button(`cell${i}-${j}`, choose, text, attributes));
}

function sigmoidCell(i, j) {
  const [row, column] = cellNow();
  const name = classes('local', i === row && j === column && 'here');
  const number = i === j ? sigmoidSlope(scores()[i]).x : 0;
  return h('td', {class: name}, brief(number, FEW_DIGITS));
}

/** σ(z) · (1 − σ(z)) with its formula of shown numbers. */
function sigmoidSlope(score) {
  const z = current().data[score];
  const [up, down] = [FUNCTIONS.sigmoid(z), FUNCTIONS.sigmoid(-z)];
  return {formula: `${numeral(up)} \u00b7 (1 ${MINUS} ${numeral(up)})`, x: up * down};
}

/** The chosen entry of both matrices by its rule and its numbers. */
function cellFormulas() {
  const [i, j] = cellNow();
  if (i < 0 || j < 0) return null;
  const run = current();
  const [share, own, score] = [G.network.shares[i], scores()[i], scores()[j]];
  const name = () => ['\u03c3(', nameOf(own), ')'];
  const left = ['\u2202', name(), '/\u2202', nameOf(score), ' = '];
  const {formula, x} = sigmoidSlope(own);
  return h('div.formula', [
    h('p', derivativeFormula(run, share, G.parents[share].indexOf(score))),
    i === j
      ? h('p', [left, name(), ' \u00b7 (1 \u2212 ', name(), ') = ', equation(formula, x, 'local')])
      : h('p', [left, h('b.local', '0'), '. ', withNames('sigmoidZero', {score, own})]),
  ]);
}

/** How many paths there are with each kind of output, and what they add up to. */
function pathsToOutput(start, share, score) {
  const run = current();
  const through = scores().filter(node => waysFrom(start)[node] && below(share)[node]);
  const inner = gradients(run.local, score)[start];
  const {x} = sigmoidSlope(score);
  return list('ul.plain', [
    [
      withNames('pathsSoftmax', {n: String(waysFrom(start)[share]), via: nameList(through)}),
      ' ',
      [slope(share, start), ' = '],
      h('b.grad', numeral(gradients(run.local, share)[start])),
    ],
    [
      withNames('pathsSigmoid', {n: String(waysFrom(start)[score]), via: score}),
      ' ',
      ['\u2202\u03c3(', nameOf(score), ')/\u2202', nameOf(start), ' = '],
      equation(productOf([x, inner]), x * inner),
    ],
  ]);
}
