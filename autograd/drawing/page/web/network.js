/* The network: columns of inputs, neurons, outputs; a neuron is its sum Σ and its output. */

const PILL = {width: 100, height: 42};

/** The columns, from the inputs to the shares and losses: the nodes that each pill stands for. */
function networkColumns() {
  const {inputs, layers, shares, losses} = G.network;
  const alone = nodes => nodes.map(node => [node]);
  const columns = [alone(inputs), ...layers.map(layer => layer.map(neuron => neuron.nodes))];
  if (shares.length || losses.length) columns.push(alone([...shares, ...losses]));
  return columns;
}

function networkPicture(width, tall) {
  const columns = networkColumns();
  const most = Math.max(...columns.map(column => column.length));
  const place = tall ? placeTall(columns, most, width) : placeWide(columns, most, width);
  const [pills, beads] = [[], []];
  const position = new Map(); // of each output: where edges start and end
  const half = tall ? place.pillHeight / 2 : place.pill / 2;
  const shifted = (x, y, by) => (tall ? [x, y + by] : [x + by, y]);
  for (const [i, column] of columns.entries()) {
    for (const [k, nodes] of column.entries()) {
      const [x, y] = place.at(i, k, column.length);
      const output = nodes.at(-1);
      const sums = nodes.length > 1;
      pills.push(
        nodePart([output], x, y, place.pill, place.pillHeight, 'pill', sums && !tall ? 5 : 0),
      );
      if (sums) beads.push(beadPart(nodes.slice(0, -1), ...shifted(x, y, -half), tall));
      const end = shifted(x, y, sums ? -half - 10 : -half);
      position.set(output, {start: shifted(x, y, half), end, x, y});
    }
  }
  const edges = networkEdges(position);
  const nodes = [...pills, ...beads];
  const captions = networkCaptions(columns, place, position, tall);
  const tag = tall ? 'svg.network.tall' : 'svg.network';
  const svg = graphCanvas(tag, place.width, place.height, stacked(edges, nodes, captions));
  return {svg, nodes, edges};
}

function placeWide(columns, most, width) {
  const total = Math.max(width, columns.length * (PILL.width + 56));
  const apart = (total - PILL.width - 14) / Math.max(1, columns.length - 1);
  const row = most <= 4 ? 98 : 72;
  return {
    width: total,
    height: 40 + most * row,
    pill: PILL.width,
    pillHeight: PILL.height,
    at: (i, k) => [
      PILL.width / 2 + 12 + i * apart - (i === columns.length - 1 ? 8 : 0),
      40 + (k + freeRows(columns, i, most) + 0.5) * row,
    ],
  };
}

/** How many rows a column leaves free above: shares stand level with the sums that they are of. */
function freeRows(columns, i, most) {
  const last = columns.length - 1;
  const level = G.network.shares.length && G.network.losses.length && i === last - 1;
  return (most - columns[level ? last : i].length) / 2;
}

function placeTall(columns, most, width) {
  const pill = Math.max(62, Math.min(PILL.width, (width - 8 - 6 * (most - 1)) / most));
  const total = Math.max(width, most * (pill + 6));
  const row = pill < NARROW ? 128 : 116;
  return {
    width: total,
    height: 44 + columns.length * row,
    pill,
    pillHeight: pill < NARROW ? 64 : PILL.height,
    at: (i, k, count) => [total / 2 + (k - (count - 1) / 2) * (pill + 6), 66 + i * row],
  };
}

/** The bead on a neuron: its weighted sum, and what of it comes before. */
function beadPart(nodes, x, y, tall) {
  const node = nodes.at(-1);
  const part = {nodes, x, y, kind: 'bead', title: s('title'), pick: () => pick(node)};
  part.group = s('g.node.bead', {role: 'button', click: part.pick}, [
    part.title,
    s('circle.hit', {cx: x, cy: y, r: 16}),
    s('circle', {cx: x, cy: y, r: 10}),
    nameText(node, {class: 'bead-name', x: x - (tall ? -13 : 8), y: y - (tall ? 4 : 15)}),
    textAt('text.sigma', x, y + 4, 'middle', '\u03a3'),
  ]);
  return part;
}

function networkEdges(position) {
  const edges = [];
  const straight = (from, to, child, slots, weight) => {
    const [x1, y1] = position.get(from).start;
    const [x2, y2] = position.get(to).end;
    const path = `M${x1.toFixed(1)},${y1.toFixed(1)} L${x2.toFixed(1)},${y2.toFixed(1)}`;
    const at = share => [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
    edges.push(edgePart({from, child, slots, weight}, path, at));
  };
  for (const neuron of NEURONS) {
    const dot = neuron.nodes[0];
    const output = neuron.nodes.at(-1);
    for (const weight of neuron.weights) {
      const slot = G.parents[dot].indexOf(weight);
      const partner = partnerOf(dot, slot);
      straight(G.parents[dot][partner], output, dot, [slot, partner], weight);
    }
  }
  for (const node of [...G.network.shares, ...G.network.losses]) {
    G.parents[node].forEach((parent, slot) => {
      if (position.has(parent)) straight(parent, node, node, [slot], -1);
    });
  }
  return edges;
}

/** Headings of columns, names of features and classes. */
function networkCaptions(columns, place, position, tall) {
  const captions = [];
  const text = (words, x, y, tag = 'text.caption') =>
    captions.push(textAt(tag, x, y, 'middle', words));
  G.network.inputs.forEach((node, i) => {
    const {x, y} = position.get(node);
    if (!ROWS?.features[i] || ROWS.features[i] === G.names[node]) return;
    const words = featureName(i);
    const short = tall && words.length > 10 ? words.replace(/^(\w)\w+ /, '$1. ') : words;
    if (words) text(short, x, tall ? y - place.pillHeight / 2 - 7 : y + 36);
  });
  G.network.shares.forEach((node, i) => {
    const {x, y} = position.get(node);
    if (!ROWS?.classes[i]) return;
    const mark = trueClass() === i ? ' \u2713' : '';
    text(ROWS.classes[i] + mark, x, y + place.pillHeight / 2 + 15);
  });
  if (!tall) {
    columns.forEach((column, i) => {
      const [x] = place.at(i, 0, column.length);
      const [head, note] = heading(columns, i);
      text(head, x, 14, 'text.heading');
      text(note, x, 29);
    });
  }
  return captions;
}

/** The name of a feature without its unit, in the language of the page where it has one. */
function featureName(i) {
  const name = ROWS.features[i].replace(/ \(.*\)$/, '');
  return t0(`feature ${name}`) ?? name;
}

function heading(columns, i) {
  if (i === 0) return [t0('input'), ''];
  const layers = G.network.layers.length;
  if (i > layers) return [t0('output'), G.network.shares.length ? 'softmax' : ''];
  const nodes = columns[i][0];
  const last = nodes.at(-1);
  const activation = nodes.length > 1 && operation(last) !== 'add' ? symbol(last) : '';
  if (i === layers) return [say('score'), G.network.shares.length ? t0('scoreNote') : activation];
  return [say('hidden', {n: i}), `${activation} \u03a3`.trim()];
}
