/* The network: columns of inputs, neurons, outputs; a neuron is its sum Σ and its output. */

const PILL = {width: 100, height: 42};

/** The columns, from the inputs to the shares and losses; what each pill stands for. */
function networkColumns() {
  const {inputs, layers, shares, losses} = G.network;
  const columns = [
    inputs.map(node => ({nodes: [node]})),
    ...layers.map(layer => layer.map(neuron => ({nodes: neuron.nodes, neuron}))),
  ];
  if (shares.length || losses.length)
    columns.push([...shares, ...losses].map(node => ({nodes: [node]})));
  return columns;
}

function networkPicture(width, tall) {
  const columns = networkColumns();
  const most = Math.max(...columns.map(column => column.length));
  const place = tall ? placeTall(columns, most, width) : placeWide(columns, most, width);
  const nodes = [];
  const position = new Map(); // of each output: where edges start and end
  const pillWidth = place.pill;
  for (const [i, column] of columns.entries())
    for (const [k, item] of column.entries()) {
      const [x, y] = place.at(i, k, column.length);
      const output = item.nodes[item.nodes.length - 1];
      const pill = nodePart(
        [output],
        x,
        y,
        pillWidth,
        PILL.height,
        'pill',
        item.nodes.length > 1 && !tall ? 5 : 0,
      );
      nodes.push(pill);
      const start = tall ? [x, y + PILL.height / 2] : [x + pillWidth / 2, y];
      let end = tall ? [x, y - PILL.height / 2] : [x - pillWidth / 2, y];
      if (item.nodes.length > 1) {
        const bead = beadPart(item.nodes.slice(0, -1), end[0], end[1], tall);
        nodes.push(bead);
        end = tall ? [end[0], end[1] - 10] : [end[0] - 10, end[1]];
      }
      position.set(output, {start, end, x, y});
    }
  const edges = networkEdges(position);
  const captions = networkCaptions(columns, place, position, tall);
  const behind = edges.map(part => part.group);
  const front = nodes
    .filter(part => part.kind !== 'bead')
    .concat(nodes.filter(part => part.kind === 'bead'))
    .map(part => part.group);
  const svg = canvas(
    place.width,
    place.height,
    ...behind,
    ...front,
    ...captions,
    ...edges.map(part => part.chip),
    ...edges.map(part => part.word),
  );
  svg.setAttribute('class', tall ? 'network tall' : 'network');
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
  const pill = Math.max(78, Math.min(PILL.width, (width - 8 - 6 * (most - 1)) / most));
  const total = Math.max(width, most * (pill + 6));
  const row = 116;
  return {
    width: total,
    height: 30 + columns.length * row,
    pill,
    at: (i, k, count) => [total / 2 + (k - (count - 1) / 2) * (pill + 6), 56 + i * row],
  };
}

/** The bead on a neuron: its weighted sum, and what of it comes before. */
function beadPart(nodes, x, y, tall) {
  const node = nodes[nodes.length - 1];
  const part = {
    nodes,
    x,
    y,
    kind: 'bead',
    outline: s('circle', {cx: x, cy: y, r: 10}),
    title: s('title'),
  };
  part.group = s(
    'g',
    {class: 'node bead', click: () => pick(node)},
    part.title,
    s('circle', {class: 'hit', cx: x, cy: y, r: 16}),
    part.outline,
    nameText(G.names[node], {class: 'bead-name', x: x - (tall ? -13 : 8), y: y - (tall ? 4 : 15)}),
    s('text', {class: 'sigma', x, y: y + 4, 'text-anchor': 'middle'}, '\u03a3'),
  );
  return part;
}

function networkEdges(position) {
  const edges = [];
  const straight = (from, to, child, slots, weight) => {
    const [x1, y1] = position.get(from).start;
    const [x2, y2] = position.get(to).end;
    const part = edgePart(
      child,
      slots,
      weight,
      `M${x1.toFixed(1)},${y1.toFixed(1)} L${x2.toFixed(1)},${y2.toFixed(1)}`,
      share => [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share],
    );
    part.from = from;
    edges.push(part);
  };
  for (const neuron of G.network.layers.flat()) {
    const dot = neuron.nodes[0];
    const output = neuron.nodes[neuron.nodes.length - 1];
    const operands = G.parents[dot];
    const half = operands.length / 2;
    neuron.weights.forEach(weight => {
      const slot = operands.indexOf(weight);
      const partner = slot < half ? slot + half : slot - half;
      straight(operands[partner], output, dot, [slot, partner], weight);
    });
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
  const text = (words, x, y, kind) =>
    captions.push(s('text', {class: kind, x, y, 'text-anchor': 'middle'}, words));
  const features = ROWS ? ROWS.features : [];
  G.network.inputs.forEach((node, i) => {
    const {x, y} = position.get(node);
    const words = features[i] && features[i] !== G.names[node] ? featureName(i) : '';
    if (words)
      text(
        tall && words.length > 10 ? words.replace(/^(\w)\w+ /, '$1. ') : words,
        x,
        tall ? y - 28 : y + 36,
        'caption',
      );
  });
  G.network.shares.forEach((node, i) => {
    const {x, y} = position.get(node);
    if (ROWS?.classes[i])
      text(ROWS.classes[i] + (ROWS.labels?.[S.row] === i ? ' \u2713' : ''), x, y + 36, 'caption');
  });
  if (!tall) {
    columns.forEach((column, i) => {
      const [x] = place.at(i, 0, column.length);
      const [head, note] = heading(columns, i);
      text(head, x, 14, 'heading');
      text(note, x, 29, 'caption');
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
  const nodes = columns[i][0].nodes;
  const activation =
    nodes.length > 1 && operation(nodes[nodes.length - 1]) !== 'add'
      ? symbol(nodes[nodes.length - 1])
      : '';
  if (i === layers) return [say('score'), G.network.shares.length ? t0('scoreNote') : activation];
  return [say('hidden', {n: i}), `${activation} \u03a3`.trim()];
}
