/* The curve of an operation on one operand, with the point where it is now and the tangent there:
 * how much of what it receives it passes on, and where that is next to nothing. */

const CURVE = {height: 150, reach: 4, points: 160, edges: [44, 10, 10, 24]};

/** The function of a node's one operand that is no constant; null of other nodes. */
const curveOfNode = remembered(node => {
  if (!isOperation(node) || !G.exact) return null;
  const open = G.parents[node].flatMap((parent, slot) => (isConstant(parent) ? [] : [slot]));
  if (open.length !== 1) return null;
  const [slot] = open;
  const numbers = G.parents[node].map(parent => current().data[parent]);
  const at = x => OPERATIONS[G.kind[node]](numbers.with(slot, x));
  const slopes = [-3, -1, -0.1, 0.1, 1, 3].map(x => at(x)[slot + 1]).filter(Number.isFinite);
  const straight = slopes.every(slope => slope === slopes[0]);
  return straight ? null : {slot, operand: G.parents[node][slot], at};
});

function curvePanel(node) {
  const found = curveOfNode(node);
  if (!found) return null;
  const {operand, slot} = found;
  const run = current();
  const [x, passed] = [run.data[operand], run.local[node][slot]];
  if (!Number.isFinite(x) || !Number.isFinite(passed)) return null;
  const [name, why] = textsOnPassing(found, x, passed);
  const title = t('curveTitle', {
    kind: symbol(node),
    passed: h('b.local', numeral(passed)),
    state: name ? `: ${t0(name)}` : '',
  });
  return insight('curve', title, () => [
    curvePlot(node, found),
    h('p', [
      nameOf(operand),
      ' = ',
      numeral(x),
      ', ',
      nameOf(node),
      ' = ',
      exactly(run.data[node]),
    ]),
    h('p', derivativeFormula(run, node, slot)),
    h('p.muted', withNames(why, {node, operand})),
    passedOn(node, operand, passed),
  ]);
}

/** The texts on whether a node passes on nothing, next to nothing on a curve that levels off, or
 * more. */
function textsOnPassing({at}, x, passed) {
  if (passed === 0) return ['curvePassesNothing', 'curvePassesNothingWhy'];
  if (Math.abs(passed) >= FLAT) return ['', 'curvePassesOnWhy'];
  const further = x + Math.sign(x) * Math.max(1, Math.abs(x));
  const levels = Math.abs(at(further)[0] - at(x)[0]) < 2 * FLAT;
  return levels
    ? ['curveSaturated', 'curveSaturatedWhy']
    : ['curvePassesLittle', 'curvePassesLittleWhy'];
}

/** What it hands on of its gradient, where that is complete. */
function passedOn(node, operand, passed) {
  const run = current();
  const root = rootNode();
  const now = stepping();
  const isComplete =
    below(root)[node] &&
    (S.view !== 'step' || (now.back && now.received[node] === expected(root)[node]));
  if (!isComplete || expected(root)[node] === 0) return null;
  const received = run.grad[node];
  const things = {node, operand, grad: numeral(received)};
  return h('p', [withNames('curvePasses', things), ' ', ...passedProduct(received, passed)]);
}

const passedProduct = (received, passed) =>
  equation(productOf([received, passed]), received * passed);

function curvePlot(node, {operand, slot, at}) {
  const run = current();
  const width = S.cardWidth;
  const {height, edges, points} = CURVE;
  const [left, right, top, bottom] = edges;
  const [x, y, passed] = [run.data[operand], run.data[node], run.local[node][slot]];
  const reach = Math.max(CURVE.reach, finite(1.25 * Math.abs(x)));
  const xs = Array.from({length: points + 1}, (_, i) => between(-reach, reach, i / points));
  const ys = xs.map(one => at(one)[0]);
  const range = rangeOf([...middle(ys), y]);
  const px = onLine(-reach, reach, left, width - right);
  const py = onLine(range.bottom, range.top, height - bottom, top);
  const within = one => Math.max(range.bottom, Math.min(range.top, one));
  const tangent = tangentEnds(x, y, passed, -reach, reach, range.bottom, range.top);
  const label = say('curveLabel', {
    node: G.names[node],
    operand: G.names[operand],
    x: numeral(x),
    passed: numeral(passed),
  });
  const heights = ys.map(one => (Number.isFinite(one) ? within(one) : one));
  return canvas('svg.plot', width, height, label, [
    lineAt('line.axis', left, height - bottom, width - right, height - bottom),
    lineAt('line.axis', px(0), top, px(0), height - bottom),
    curves(xs, heights, px, py, 'polyline.curve'),
    tangent && lineAt('line.tangent', ...tangent.map((end, i) => (i % 2 ? py : px)(end))),
    s('circle.start', {cx: px(x).toFixed(1), cy: py(within(y)).toFixed(1), r: 5}),
    [range.high, range.low].map(one =>
      textAt('text', left - 6, py(one) + 4, 'end', plain(one, digitsOf(range.low, range.high))),
    ),
    [-reach, 0, reach].map((one, i) =>
      textAt('text', px(one), height - 8, ['start', 'middle', 'end'][i], plain(one, FEW_DIGITS)),
    ),
    nameText(operand, {x: width - right, y: height - bottom - 6, 'text-anchor': 'end'}),
  ]);
}

/** Numbers without the largest and the smallest few, which would hide the others. */
function middle(numbers) {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 40);
  return sorted.slice(cut, sorted.length - cut);
}
