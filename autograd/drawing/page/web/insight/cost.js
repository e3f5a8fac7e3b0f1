/* What the derivatives of one output cost, counted on this graph: one sweep back against a sweep
 * forward for each leaf; and why the numbers of the way forward are kept. */

/** The nodes that a leaf acts on; the others have no derivative to compute. */
const moving = remembered(() => {
  const found = Uint8Array.from(G.names, (_, node) => Number(isLeaf(node)));
  for (const node of G.steps) if (G.parents[node].some(parent => found[parent])) found[node] = 1;
  return found;
});

/** How many multiplications by local derivatives the sweeps of a root make, and how many there are.
 *
 * A sweep makes one for each edge, back or forward. Forward may leave out edges that its leaf does
 * not reach; back has none of these.
 */
const costs = remembered(root => {
  const inside = below(root);
  const edges = [];
  for (const node of G.steps) {
    if (inside[node])
      for (const parent of G.parents[node]) if (moving()[parent]) edges.push([parent, node]);
  }
  const leaves = leavesOf(root);
  const reached = leaves.map(leaf => {
    const found = new Uint8Array(G.size);
    found[leaf] = 1;
    return edges.filter(([parent, node]) => {
      if (found[parent]) found[node] = 1;
      return found[parent];
    }).length;
  });
  return {
    leaves: leaves.length,
    back: edges.length,
    forward: leaves.length * edges.length,
    sparse: totalOf(reached),
    kept: G.steps.filter(node => inside[node]).length,
  };
});

function costPanel() {
  const root = rootNode();
  if (!isOperation(root) || !leavesOf(root).length) return null;
  const {leaves, back, forward, sparse, kept} = costs(root);
  const n = {n: thousands(leaves), back: thousands(back), forward: thousands(forward)};
  return insight('cost', withNames('costTitle', {...n, root}), () => [
    h('p.muted', withNames('costCounted', {...n, root})),
    costBar(t('costBack', n), back, forward, 'back'),
    costBar(t('costForward', n), forward, forward, 'forth'),
    costBar(t('costSparse', n), sparse, forward, 'forth'),
    h('p', withNames(leaves === 1 ? 'costSame' : 'costWhy', {...n, root})),
    h('p.muted', t('costOutputs', {...n, m: String(G.roots.length)})),
    h('h2.minor', t0('keptTitle')),
    h('p', withNames('keptWhy', {n: thousands(kept)})),
    keptExample(root),
  ]);
}

/** A number of multiplications, and how much it is of the most. */
function costBar(words, count, most, kind) {
  return h('div.cost', [
    h('span', words),
    h('b', thousands(count)),
    shareBar(count, most, `svg.bar.${kind}`, 1),
  ]);
}

/** The first local derivative in the order of the sweep that is computed from a node's own value or
 * from an operand. */
function keptExample(root) {
  const run = current();
  for (const node of visitsInOrder.sorted(root)) {
    const templates = templatesOf(run, node) ?? [];
    const slot = G.parents[node].findIndex(
      (parent, i) => moving()[parent] && /\{/.test(templates[i + 1]?.[0] ?? ''),
    );
    if (slot >= 0) return h('p.formula', derivativeFormula(run, node, slot));
  }
  return null;
}
