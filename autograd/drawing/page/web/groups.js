/* Graphs too large to draw node by node: one box for each operation and distance from the root. */

function groupsPicture(width) {
  const distance = new Int32Array(G.size);
  for (const node of [...G.steps].reverse()) {
    for (const parent of G.parents[node])
      distance[parent] = Math.max(distance[parent], distance[node] + 1);
  }
  const groups = new Map();
  for (const node of G.names.keys()) {
    const what = symbol(node) || t0(isConstant(node) ? 'constants' : 'leaves');
    const key = `${distance[node]}|${what}`;
    if (!groups.has(key)) groups.set(key, {what, distance: distance[node], nodes: []});
    groups.get(key).nodes.push(node);
  }
  const step = 62;
  const shownGroups = [...groups.values()].sort((a, b) => b.distance - a.distance).slice(0, 200);
  const parts = shownGroups.map((group, i) => {
    const y = 34 + i * step;
    const part = {
      group,
      data: textAt('text.data', width - 20, y - 3, 'end'),
      grad: textAt('text.grad', width - 20, y + 13, 'end'),
    };
    part.element = s('g.node', {click: () => pick(group.nodes[0])}, [
      s('rect', {x: 8, y: y - 24, width: width - 16, height: 48, rx: 12}),
      s('text.label', {x: 20, y: y - 3}, group.what),
      s('text.caption', {x: 96, y: y + 13}, `\u00d7${group.nodes.length}`),
      part.data,
      part.grad,
    ]);
    return part;
  });
  const height = 20 + shownGroups.length * step;
  const elements = parts.map(part => part.element);
  const svg = graphCanvas('svg.groups', width, height, elements);
  const update = () => {
    const run = current();
    for (const part of parts) {
      write(part.data, range(part.group.nodes.map(node => run.data[node])));
      write(part.grad, range(part.group.nodes.map(node => run.grad[node])));
      const has = node => part.group.nodes.includes(node);
      const working = S.view === 'step' && has(moment().node);
      put(part.element, 'class', classes('node', has(S.node) && 'chosen', working && 'working'));
    }
  };
  return {svg, update};
}

function range(numbers) {
  let low = Infinity;
  let high = -Infinity;
  for (const x of numbers) {
    if (Number.isNaN(x)) return 'NaN';
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  return low === high ? numeral(low) : `${numeral(low)} \u2026 ${numeral(high)}`;
}
