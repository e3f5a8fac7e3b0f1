/* The picture: its parts are laid out for a width, and painted as the view lights them. */

const MOST_CHIPS = 14;

/** The parts, at their places. */
const picture = remembered(() => {
  const width = S.pictureWidth;
  const tall = width < 640;
  const make = G.network ? networkPicture : DATA.places ? placedPicture : groupsPicture;
  const digits = tall && G.network ? FEW_DIGITS : DIGITS;
  const made = {tall, digits, ...make(width, tall)};
  whole(made.svg);
  return made;
});

function showPicture() {
  const {svg, paint = paintGraph} = picture();
  show(byId('picture'), svg);
  paint(picture(), PARTS_OF_VIEWS[S.view].lights());
  showFrame();
  showStops();
}

function paintGraph(picture, lights) {
  for (const part of picture.nodes) paintNode(part, nodeLook(part, lights, picture.digits));
  const lit = picture.edges.map(part => lights.litSlot(part));
  const scene = {
    ...lights,
    ...picture,
    crowd: crowdOf(picture.edges.filter((_, i) => lit[i] !== null)),
    chipsFit: lit.filter(slot => slot !== null).length <= MOST_CHIPS,
    named: lights.namesLargest ? largestWeights(picture, lights) : new Set(),
    mostWeight: largestSize(weightsOf(picture).map(part => amount(part, lights))),
    mostFlow: largestSize(picture.edges.map(part => flow(part, lights))),
  };
  for (const [i, part] of picture.edges.entries()) paintEdge(part, edgeLook(part, scene, lit[i]));
}

/** How many of some edges end, and start, at each node. */
function crowdOf(edges) {
  const count = end => {
    const counts = new Map();
    for (const part of edges) counts.set(part[end], (counts.get(part[end]) || 0) + 1);
    return counts;
  };
  return {into: count('child'), from: count('from')};
}

const weightsOf = picture => picture.edges.filter(part => part.weight >= 0);
const amount = (part, {run}) =>
  S.width === 'value' ? run.data[part.weight] : run.grad[part.weight];
const flow = (part, {run}) => run.local[part.child][part.slots[0]] * run.grad[part.child];

/** The three weights of the widest edges. */
function largestWeights(picture, lights) {
  const size = part => Math.abs(amount(part, lights)) || 0;
  return new Set(
    weightsOf(picture)
      .sort((a, b) => size(b) - size(a))
      .slice(0, 3),
  );
}

/** The classes and texts of a node. */
function nodeLook(part, lights, digits) {
  const {run} = lights;
  const node = part.nodes.at(-1);
  const known = lights.isKnown(node);
  const broken = part.nodes.some(one => lights.broken.has(one));
  const grad = lights.gradOf(node);
  const dataText = few => (known ? notAsWhole(run.data[node], few) : '\u00b7');
  const gradText = few => (grad.has ? numeral(grad.x, few) : '\u00b7');
  const name = fullName(node) + (isOperation(node) ? ` = ${operation(node)}` : '');
  return {
    classes: classes(
      'node',
      part.kind,
      !lights.inside[node] && 'outside',
      lights.nodeClass(part.nodes),
      part.nodes.some(lights.isChosen) && 'chosen',
      broken && 'broken',
      known && !Number.isFinite(run.data[node]) && 'reached',
      grad.wrong && 'wrong',
    ),
    data: (known && broken ? '\u26a0 ' : '') + dataText(digits),
    grad: isConstant(node) ? '' : (grad.wrong ? '\u2260 ' : '') + gradText(digits),
    gradClasses: grad.summing ? 'grad part' : 'grad',
    title: `${name}: data ${dataText(DIGITS)}, grad ${gradText(DIGITS)}`,
  };
}

function paintNode(part, look) {
  put(part.group, 'class', look.classes);
  write(part.title, look.title);
  if (!part.data) return;
  write(part.data, look.data);
  write(part.grad, look.grad);
  put(part.grad, 'class', look.gradClasses);
}

/** The classes, widths, places and texts of an edge. */
function edgeLook(part, scene, slot) {
  const {run, digits, tall} = scene;
  const {child, weight} = part;
  const isWeight = weight >= 0;
  const isLit = slot !== null;
  const local = run.local[child][slot ?? part.slots.at(-1)];
  const isBefore = !isLit && scene.isBefore(part);
  const isChosen = isWeight && scene.isChosen(weight);
  const width = edgeWidth(part, scene, slot);
  const hasChip = chipOf(part, scene, isLit);
  const [x, y] = part.at(chipShare(part, scene, isLit));
  const isNamed = (isBefore && isWeight && scene.chipsFit) || scene.named.has(part);
  const value = isChosen ? ` = ${numeral(run.data[weight], digits)}` : '';
  const lower = hasChip ? (tall ? 24 : 35) : tall ? 0 : -27;
  return {
    classes: classes(
      'edge',
      isWeight && 'weight',
      (isWeight && !isLit ? amount(part, scene) : local) < 0 && 'negative',
      isLit && scene.litClass,
      isBefore && 'before',
      isChosen && 'chosen',
      (!scene.inside[child] || (!isLit && scene.isFaint(part))) && 'faint',
    ),
    width,
    chipClasses: classes('chip', !hasChip && 'none', hasChip && isLit && 'lit'),
    chip: hasChip ? '\u2202 ' + brief(local, digits) : '',
    x,
    y,
    word: isChosen || isNamed ? G.names[weight] + value : '',
    wordY: y + (isChosen ? lower : 4),
    title: scene.hidesLocals ? edgeName(part) : edgeTitle(part, run, local),
  };
}

function edgeWidth(part, scene, slot) {
  const width =
    part.weight >= 0
      ? 0.7 + 3.6 * share(amount(part, scene), scene.mostWeight)
      : 0.8 + 3.2 * share(flow(part, scene), scene.mostFlow);
  return slot === null ? width : scene.litWidth(part, slot, width);
}

/** Whether an edge has its local derivative in a frame. */
const chipOf = (part, scene, isLit) =>
  !scene.hidesLocals &&
  ((isLit && scene.chipsFit && scene.chipsAreLit) || (scene.allChips && scene.isKnown(part.child)));

/** Where on its edge a chip is: nearer to the end where fewer edges meet. */
function chipShare(part, {crowd, tall}, isLit) {
  const [into, out] = [crowd.into.get(part.child) || 0, crowd.from.get(part.from) || 0];
  if (!isLit || Math.max(into, out) < 2) return 0.5;
  return into < out ? 0.6 : tall ? 0.3 : 0.42;
}

function edgeName({child, slots, weight}) {
  if (weight >= 0) return G.names[weight];
  return `\u2202${fullName(child)}/\u2202${fullName(G.parents[child][slots[0]])}`;
}

function edgeTitle(part, {data, grad}, local) {
  const {weight} = part;
  if (weight < 0) return `${edgeName(part)} = ${numeral(local)}`;
  return `${edgeName(part)}: data ${numeral(data[weight])}, grad ${numeral(grad[weight])}`;
}

function paintEdge(part, look) {
  put(part.group, 'class', look.classes);
  put(part.line, 'stroke-width', look.width.toFixed(2));
  put(part.halo, 'stroke-width', (look.width + 7).toFixed(2));
  put(part.chip, 'class', look.chipClasses);
  if (look.chip) {
    const length = look.chip.length * 6.6 + 12;
    write(part.number, look.chip);
    putNumbers(part.frame, {x: look.x - length / 2, y: look.y - 10, width: length});
    putNumbers(part.number, {x: look.x, y: look.y + 4});
  }
  write(part.word, look.word);
  putNumbers(part.word, {x: look.x, y: look.wordY});
  write(part.title, look.title);
}
