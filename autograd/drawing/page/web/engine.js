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

/** The gradient of a root by every node: the sweep.

grad: where it is put; a new one unless given.
*/
function gradients(local, root, grad = new Float64Array(G.size)) {
  const inside = below(root);
  grad.fill(0);
  grad[root] = 1;
  for (let node = root; node >= 0; node--) {
    if (!inside[node]) continue;
    const operands = G.parents[node];
    for (let slot = 0; slot < operands.length; slot++)
      grad[operands[slot]] += local[node][slot] * grad[node];
  }
  return grad;
}

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
