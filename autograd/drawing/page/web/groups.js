/* Graphs too large to draw node by node: one box for each operation and distance from the root. */

function groupsPicture(width) {
  const distance = new Int32Array(G.size);
  for (let node = G.size - 1; node >= 0; node--) {
    for (const parent of G.parents[node])
      distance[parent] = Math.max(distance[parent], distance[node] + 1);
  }
  const groups = new Map();
  for (let node = 0; node < G.size; node++) {
    const what = isOperation(node)
      ? symbol(node)
      : isConstant(node)
        ? t0('constants')
        : t0('leaves');
    const key = `${distance[node]}|${what}`;
    if (!groups.has(key)) groups.set(key, {what, distance: distance[node], nodes: []});
    groups.get(key).nodes.push(node);
  }
  const list = [...groups.values()].sort((a, b) => b.distance - a.distance);
  const step = 62;
  const shownGroups = list.slice(0, 200);
  const parts = shownGroups.map((group, i) => {
    const y = 34 + i * step;
    const part = {
      group,
      count: s('text', {class: 'caption', x: 96, y: y + 13}, `\u00d7${group.nodes.length}`),
      data: s('text', {class: 'data', x: width - 20, y: y - 3, 'text-anchor': 'end'}),
      grad: s('text', {class: 'grad', x: width - 20, y: y + 13, 'text-anchor': 'end'}),
    };
    part.element = s(
      'g',
      {class: 'node', click: () => pick(group.nodes[0])},
      s('rect', {x: 8, y: y - 24, width: width - 16, height: 48, rx: 12}),
      s('text', {class: 'label', x: 20, y: y - 3}, group.what),
      part.count,
      part.data,
      part.grad,
    );
    return part;
  });
  const svg = canvas(width, 20 + shownGroups.length * step, ...parts.map(part => part.element));
  svg.setAttribute('class', 'groups');
  const update = () => {
    const run = current();
    for (const part of parts) {
      write(part.data, range(part.group.nodes.map(node => run.data[node])));
      write(part.grad, range(part.group.nodes.map(node => run.grad[node])));
      const working = S.view === 'step' && part.group.nodes.includes(moment().node);
      put(
        part.element,
        'class',
        `node${part.group.nodes.includes(S.node) ? ' chosen' : ''}${working ? ' working' : ''}`,
      );
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
