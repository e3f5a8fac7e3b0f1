/* Sweeps as sequences of visits: a visited node hands each parent local derivative × its grad. */

const MOST_VISITS = 400;

/** Depth first: each node as soon as it is met; once, or each time. */
function depthFirst(root, once, most) {
  const visits = [];
  const seen = new Set();
  const stack = [root];
  while (stack.length && visits.length < most) {
    const node = stack.pop();
    if (!isOperation(node) || (once && seen.has(node))) continue;
    seen.add(node);
    visits.push(node);
    stack.push(...[...G.parents[node]].reverse());
  }
  return visits;
}

/** The nodes in the order in which a sweep visits them. */
const ORDERS = {
  /** Each node after all that depend on it. */
  sorted: root => G.steps.filter(node => below(root)[node]).reverse(),
  /** Without the sort: each node once. */
  unsorted: root => depthFirst(root, true, Infinity),
  /** Each node hands on its whole sum again every time it is handed something. */
  again: root => depthFirst(root, false, MOST_VISITS),
};

/** A sweep, visit by visit: how many products the node had received, and each that it hands on. */
function sweepOf(run, root, visits) {
  const grad = new Float64Array(G.size);
  const received = new Int32Array(G.size);
  grad[root] = 1;
  return visits.map(node => {
    const had = received[node];
    const ledger = G.parents[node].map((parent, slot) => {
      const before = grad[parent];
      const local = run.local[node][slot];
      const handed = local * grad[node];
      const after = before + handed;
      grad[parent] = after;
      received[parent]++;
      return {parent, slot, local, handed, before, after, received: received[parent]};
    });
    return {node, had, ledger};
  });
}

/** The sums after some visits of a sweep: grads so far, how many products each node was handed, and
 * the last visit; cut: how many lines of its ledger are in the sums.

part: how many products of the last visit are handed on, or COMPLETE.
*/
function sumsAfter(sweep, root, count, part) {
  const grad = new Float64Array(G.size);
  const received = new Int32Array(G.size);
  grad[root] = 1;
  const {had = 0, ledger = []} = sweep[count - 1] ?? {};
  const cut =
    part === COMPLETE ? ledger.length : part && ledger.indexOf(productsOf(ledger)[part - 1]) + 1;
  const lines = sweep.slice(0, Math.max(0, count - 1)).flatMap(visit => visit.ledger);
  for (const line of [...lines, ...ledger.slice(0, cut)])
    [grad[line.parent], received[line.parent]] = [line.after, line.received];
  return {grad, received, had, ledger, cut};
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
