/* The engine: values and local derivatives by the printed rules, gradients by the chain rule. */

/** Room for values, local derivatives and gradients of all nodes. */
const emptyRun = () => ({
  data: new Float64Array(G.size),
  local: G.parents.map(() => []),
  grad: new Float64Array(G.size),
});

/** The operands of each operation, in lists that every run uses again. */
const OPERANDS = G.parents.map(parents => parents.map(() => 0));

/** Values and local derivatives of all nodes up to one, from the numbers of the leaves.

run: where they are put; a new one unless given.
*/
function forward(leaves, run = emptyRun(), last = G.size - 1) {
  const {data, local} = run;
  data.set(leaves);
  for (let node = 0; node <= last; node++) {
    const kind = G.kind[node];
    if (kind < 0) continue;
    if (G.exact) {
      const parents = G.parents[node];
      const operands = OPERANDS[node];
      for (let slot = 0; slot < parents.length; slot++) operands[slot] = data[parents[slot]];
      const found = OPERATIONS[kind](operands);
      data[node] = found[0];
      found.shift();
      local[node] = found;
    } else {
      data[node] = Number(DATA.recorded[node][0]);
      local[node] = DATA.recorded[node].slice(1).map(Number);
    }
  }
  return run;
}

/** The values only, of what one root needs: for curves. */
function valueAt(root, leaves) {
  const inside = below(root);
  const data = Float64Array.from(leaves);
  for (let node = 0; node <= root; node++) {
    if (inside[node] && isOperation(node)) {
      data[node] = OPERATIONS[G.kind[node]](G.parents[node].map(parent => data[parent]))[0];
    }
  }
  return data[root];
}

/** The gradient of a root by every node: the sweep. */
const gradients = (local, root) => gradientsFrom(local, [[root, 1]], new Float64Array(G.size));

/** What nodes are handed from seeds, pairs of a node and its gradient: local derivative × grad. */
function gradientsFrom(local, seeds, grad) {
  grad.fill(0);
  for (const [node, seed] of seeds) grad[node] += seed;
  const reached = reachedFrom(seeds.map(([node]) => node).join());
  for (let node = reached.length - 1; node >= 0; node--) {
    if (!reached[node]) continue;
    const operands = G.parents[node];
    for (let slot = 0; slot < operands.length; slot++)
      grad[operands[slot]] += local[node][slot] * grad[node];
  }
  return grad;
}

/** Which nodes the nodes of a list depend on. */
const reachedFrom = remembered(list => {
  const each = list.split(',').map(Number);
  return each.length === 1 ? below(each[0]) : G.parents.map((_, n) => each.some(r => below(r)[n]));
});

/** Orders numbers by their sizes, the largest first; NaN comes before all. */
function bySize(a, b) {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return Math.abs(a) === Math.abs(b) ? 0 : Math.abs(b) > Math.abs(a) ? 1 : -1;
}

/** Which numbers are not finite though all operands are: where it broke. */
function origins(run) {
  run.origins ??= G.steps.filter(
    node =>
      G.parents[node].every(parent => Number.isFinite(run.data[parent])) &&
      !(
        Number.isFinite(run.data[node]) &&
        run.local[node].every((d, slot) => Number.isFinite(d) || isConstant(G.parents[node][slot]))
      ),
  );
  return run.origins;
}
