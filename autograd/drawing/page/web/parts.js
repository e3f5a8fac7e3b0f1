/* The parts of pictures, which are made once: nodes and edges, and the drawing around them. */

/** A drawing of a size in pixels; label: what it says to those who don't see it. */
function canvas(tag, width, height, label, content) {
  const size = {width, height, viewBox: `0 0 ${width} ${height}`};
  return s(tag, {...size, role: 'img', 'aria-label': label}, content);
}

/** The drawing of a bar, 100 wide, which is stretched to the place that it has. */
const barCanvas = (tag, content) =>
  s(tag, {viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, content);

/** A bar as long as a number's share of the largest size, and as wide as `least` at least. */
const shareBar = (x, most, tag = 'svg.bar', least = 0) =>
  barCanvas(tag, s('rect', {x: 0, y: 0, width: Math.max(least, 100 * share(x, most)), height: 6}));

function graphCanvas(tag, width, height, content) {
  const kind = say(G.network ? 'networkPicture' : 'graphPicture');
  const svg = canvas(tag, width, height, say('pictureSays', {kind, n: G.size}), content);
  put(svg, 'role', 'group'); // its nodes can be focused, which those of an image can't
  return svg;
}

/** Edges under nodes under what is written. */
const stacked = (edges, nodes, captions = []) => [
  [...edges, ...nodes].map(part => part.group),
  captions,
  edges.map(part => part.chip),
  edges.map(part => part.word),
];

const DIGIT_WIDTH = 6.6; // of a number's sign in a picture
const NARROW = 90; // in a narrower pill the name stands above the numbers

/** The texts for data and grad: one above the other at the right edge, or in the middle. */
function nodeTexts(isAlone, narrow, x, y, right) {
  if (narrow)
    return {
      data: textAt('text.data', x, y + 9, 'middle'),
      grad: textAt('text.grad', x, y + 24, 'middle'),
    };
  return {
    data: isAlone
      ? textAt('text.data', x, y + 4, 'middle')
      : textAt('text.data', right, y - 3, 'end'),
    grad: textAt('text.grad', right, y + 13, 'end'),
  };
}

/** A node: outline, name, data above grad; a click picks it. */
function nodePart(nodes, x, y, width, height, shape, indent = 0) {
  const node = nodes.at(-1);
  const pill = shape === 'pill';
  const narrow = pill && width < NARROW;
  const [left, right, top] = [x - width / 2, x + width / 2 - 9, y - height / 2];
  const part = {
    nodes,
    x,
    y,
    pick: () => pick(node),
    ...nodeTexts(isConstant(node), narrow, x, y, right),
    title: s('title'),
    longest: pill && !narrow ? Math.floor((width - 36) / DIGIT_WIDTH) : Infinity,
  };
  const rx = {leaf: 3, box: 12}[shape] ?? (narrow ? 14 : height / 2);
  const around = {x: left - 4, y: top - 4, width: width + 8, height: height + 8, rx: 15};
  const placed = narrow
    ? {x, y: y - 6, 'text-anchor': 'middle'}
    : {x: left + 10 + indent, y: pill ? y + 5 : y - 3};
  part.group = s('g.node', {role: 'button', click: part.pick}, [
    part.title,
    !pill && G.roots.includes(node) && s('rect.double', around),
    s('rect', {x: left, y: top, width, height, rx}),
    !isConstant(node) && nameText(node, {class: 'label', ...placed}),
    !pill && s('text.caption', {x: left + 9, y: y + 13}, symbol(node)),
    part.data,
    part.grad,
  ]);
  return part;
}

const STOP = 0.38; // of an edge, where the focus finds it: not at 0.5, where edges cross

/** An edge along a path, with a halo, room for a chip and a broad invisible line to click on.

edge: from and child, the slots of the child, the weight or -1; at: where the chip is.
*/
function edgePart(edge, path, at) {
  const [x, y] = at(STOP);
  const part = {
    ...edge,
    at,
    x,
    y,
    pick: () => pick(edge.weight >= 0 ? edge.weight : edge.child),
    halo: s('path.halo', {d: path}),
    line: s('path.line', {d: path}),
    title: s('title'),
    frame: s('rect', {height: 20, rx: 10}),
    number: s('text', {'text-anchor': 'middle'}),
    word: s('text.word', {'text-anchor': 'middle'}),
  };
  part.group = s('g.edge', {role: edge.weight >= 0 && 'button', click: part.pick}, [
    part.title,
    part.halo,
    part.line,
    s('path.hit', {d: path}),
  ]);
  part.chip = s('g.chip', [part.frame, part.number]);
  return part;
}

function putNumbers(element, numbers, decimals = 1) {
  for (const [name, x] of Object.entries(numbers)) put(element, name, x.toFixed(decimals));
}
