/* Sweeps as sequences of visits: a visited node hands each parent local derivative × its grad. */

const MOST_VISITS = 400;

/** The nodes in the order in which a sweep visits them. */
const ORDERS = {
  /** Sorted: each node after all that depend on it. */
  sorted(root) {
    const inside = below(root);
    return G.steps.filter(node => inside[node]).reverse();
  },
  /** Without the sort: depth first, each node once, as soon as it is met. */
  unsorted(root) {
    const visits = [];
    const seen = new Set();
    const stack = [root];
    while (stack.length) {
      const node = stack.pop();
      if (seen.has(node) || !isOperation(node)) continue;
      seen.add(node);
      visits.push(node);
      stack.push(...[...G.parents[node]].reverse());
    }
    return visits;
  },
  /** Plain recursion: each node hands on every time it is handed something. */
  recursion(root) {
    const visits = [];
    const stack = [root];
    while (stack.length && visits.length < MOST_VISITS) {
      const node = stack.pop();
      if (!isOperation(node)) continue;
      visits.push(node);
      stack.push(...[...G.parents[node]].reverse());
    }
    return visits;
  },
};

/** The sums after some visits: grads so far, how many products each was handed, the last ledger. */
function sweepUntil(run, root, visits, count) {
  const grad = new Float64Array(G.size);
  const received = new Int32Array(G.size);
  grad[root] = 1;
  const ledger = [];
  for (let i = 0; i < count; i++) {
    const node = visits[i];
    const last = i === count - 1;
    G.parents[node].forEach((parent, slot) => {
      const before = grad[parent];
      const handed = run.local[node][slot] * grad[node];
      grad[parent] += handed;
      received[parent]++;
      if (last)
        ledger.push({
          parent,
          slot,
          local: run.local[node][slot],
          handed,
          before,
          after: grad[parent],
          received: received[parent],
        });
    });
  }
  return {grad, received, ledger};
}

/** The first visit at which a node hands on what is not its whole gradient, or -1. */
function firstWrongVisit(root, visits) {
  const wanted = expected(root);
  const received = new Int32Array(G.size);
  for (let i = 0; i < visits.length; i++) {
    const node = visits[i];
    if (node !== root && received[node] < wanted[node]) return i;
    for (const parent of G.parents[node]) received[parent]++;
  }
  return -1;
}
