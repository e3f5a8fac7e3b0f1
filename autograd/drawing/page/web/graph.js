/* The graph of the page: nodes are numbers in topological order, parents before children. */

const G = {
  ...DATA,
  size: DATA.names.length,
  exact: !DATA.recorded,
  children: DATA.names.map(() => []),
};
for (const [node, operands] of G.parents.entries()) {
  for (const [slot, parent] of operands.entries()) G.children[parent].push([node, slot]);
}
G.steps = DATA.kind.flatMap((kind, node) => (kind >= 0 ? [node] : []));
G.leaves = DATA.kind.flatMap((kind, node) => (kind === LEAF ? [node] : []));
G.constants = DATA.kind.flatMap((kind, node) => (kind === CONSTANT ? [node] : []));

/** The neurons of a network, layer by layer. */
const NEURONS = G.network ? G.network.layers.flat() : [];

const isLeaf = node => G.kind[node] === LEAF;
const isConstant = node => G.kind[node] === CONSTANT;
const isOperation = node => G.kind[node] >= 0;
const operation = node => (isOperation(node) ? DATA.kinds[G.kind[node]][0] : '');
const symbol = node => (isOperation(node) ? DATA.kinds[G.kind[node]][1] : '');
/** The whole label, for tooltips and the table. */
const fullName = node => DATA.labels[node] || G.names[node];

/** How far each node is at most from those that nothing uses. */
const DISTANCES = new Int32Array(G.size);
for (const node of [...G.steps].reverse()) {
  for (const parent of G.parents[node])
    DISTANCES[parent] = Math.max(DISTANCES[parent], DISTANCES[node] + 1);
}

/** The slots of a node as they are read: those of a dot pair by pair, w1, x1, w2, x2. */
function slotsOf(node) {
  const slots = G.parents[node].map((_, slot) => slot);
  if (operation(node) !== 'dot') return slots;
  const half = slots.length / 2;
  return slots.slice(0, half).flatMap(slot => [slot, slot + half]);
}

/** Which nodes a root depends on, itself included. */
const below = remembered(root => {
  const found = new Uint8Array(G.size);
  found[root] = 1;
  for (let node = root; node >= 0; node--) {
    if (found[node]) for (const parent of G.parents[node]) found[parent] = 1;
  }
  return found;
});

/** The leaves that a root depends on. */
const leavesOf = root => G.leaves.filter(leaf => below(root)[leaf]);

/** Where a node is used on the way to a root: [child, slot], ... */
const usesOf = (node, root) => G.children[node].filter(([child]) => below(root)[child]);

/** The slot that a slot of a dot product is multiplied with. */
function partnerOf(dot, slot) {
  const half = G.parents[dot].length / 2;
  return slot < half ? slot + half : slot - half;
}

/** How many products each node is handed in the sweep of a root. */
const expected = remembered(root => {
  const counts = new Int32Array(G.size);
  const inside = below(root);
  for (const node of G.steps) {
    if (inside[node]) for (const parent of G.parents[node]) counts[parent]++;
  }
  return counts;
});
