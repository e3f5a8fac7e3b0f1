/* Graphs too large to draw node by node: one box for each operation and distance from the root. */

function groupsPicture(width) {
  const what = node => symbol(node) || t0(isConstant(node) ? 'constants' : 'leaves');
  const groups = grouped(G.names.keys(), node => `${DISTANCES[node]}|${what(node)}`);
  const step = 62;
  const shownGroups = [...groups.values()]
    .sort(([a], [b]) => DISTANCES[b] - DISTANCES[a])
    .slice(0, 200);
  const nodes = shownGroups.map((own, i) => groupPart(what(own[0]), own, 34 + i * step, width));
  const height = 20 + shownGroups.length * step;
  const elements = nodes.map(part => part.group);
  const svg = graphCanvas('svg.groups', width, height, elements);
  return {svg, nodes, edges: [], paint: paintGroups};
}

function groupPart(what, nodes, y, width) {
  const part = {
    nodes,
    x: width / 2,
    y,
    pick: () => pick(nodes[0]),
    title: s('title'),
    data: textAt('text.data', width - 20, y - 3, 'end'),
    grad: textAt('text.grad', width - 20, y + 13, 'end'),
  };
  part.group = s('g.node', {role: 'button', click: part.pick}, [
    part.title,
    s('rect', {x: 8, y: y - 24, width: width - 16, height: 48, rx: 12}),
    s('text.label', {x: 20, y: y - 3}, what),
    s('text.caption', {x: 96, y: y + 13}, `\u00d7${nodes.length}`),
    part.data,
    part.grad,
  ]);
  return part;
}

function paintGroups(picture, {run, hidesLocals, nodeClass}) {
  for (const {nodes, group, title, data, grad} of picture.nodes) {
    const own = nodes.includes(S.node);
    const works = S.view === 'step' && nodes.includes(stepping().node);
    const asked = S.view === 'practice' && nodeClass(nodes);
    put(group, 'class', classes('node', own && 'chosen', works && 'working', asked));
    write(data, rangeText(nodes.map(node => run.data[node])));
    write(grad, hidesLocals ? '\u00b7' : rangeText(nodes.map(node => run.grad[node])));
    write(title, `${fullName(nodes[0])} \u00d7${nodes.length}: data ${data.textContent}`);
  }
}

function rangeText(numbers) {
  let low = Infinity;
  let high = -Infinity;
  for (const x of numbers) {
    if (Number.isNaN(x)) return 'NaN';
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  return low === high ? numeral(low) : `${numeral(low)} \u2026 ${numeral(high)}`;
}
