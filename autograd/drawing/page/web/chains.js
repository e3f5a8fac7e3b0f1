/* Chains of edges from a node up to a root: counted without listing, ranked, grouped. */

const LISTED = 60;
const SHOWN_OF_MANY = 20;

/** How many chains lead from a node up to each node (as whole numbers of any size). */
function waysFrom(start) {
  const ways = new Array(G.size).fill(0n);
  ways[start] = 1n;
  for (let node = start + 1; node < G.size; node++) {
    for (const parent of G.parents[node]) if (parent >= start) ways[node] += ways[parent];
  }
  return ways;
}

/** How many chains lead from each node up to a root. */
function waysTo(root) {
  const ways = new Array(G.size).fill(0n);
  ways[root] = 1n;
  for (let node = root; node >= 0; node--) {
    if (ways[node]) for (const parent of G.parents[node]) ways[parent] += ways[node];
  }
  return ways;
}

const product = numbers => numbers.reduce((a, b) => a * b, 1);
const totalOf = numbers => numbers.reduce((a, b) => a + b, 0);

/** The local derivatives of edges, which are pairs of a node and its slot. */
const localOf = (run, [node, slot]) => run.local[node][slot];
const localsOf = (run, edges) => edges.map(edge => localOf(run, edge));

/** All chains, in the order of the graph; only for graphs with few. */
function allChains(start, root, ways) {
  const found = [];
  const stack = [[root, null]];
  while (stack.length) {
    const [node, above] = stack.pop();
    if (node === start) found.push(above);
    else {
      for (let slot = G.parents[node].length - 1; slot >= 0; slot--) {
        const parent = G.parents[node][slot];
        if (ways[parent]) stack.push([parent, {node, slot, rest: above}]);
      }
    }
  }
  return found;
}

/** The chains with the largest products, by one pass over the graph. */
function largestChains(start, root, ways, local) {
  const best = new Map([[start, [{size: 1, chain: null}]]]);
  const inside = below(root);
  for (let node = start + 1; node <= root; node++) {
    if (!ways[node] || !inside[node]) continue;
    const candidates = [];
    G.parents[node].forEach((parent, slot) => {
      for (const way of best.get(parent) || []) {
        candidates.push({size: way.size * local[node][slot], chain: {node, slot, rest: way.chain}});
      }
    });
    candidates.sort((a, b) => bySize(a.size, b.size));
    best.set(node, candidates.slice(0, SHOWN_OF_MANY));
  }
  return (best.get(root) || []).map(way => way.chain);
}

/** The edges of a linked chain, the lowest first. */
function edgesOf(chain, fromRoot) {
  const edges = [];
  for (let link = chain; link; link = link.rest) edges.push([link.node, link.slot]);
  return fromRoot ? edges.reverse() : edges;
}

/** The paths from a node to a root: how many, those to show, and what the rest adds up to. */
function pathsBetween(run, start, root) {
  const ways = waysFrom(start);
  const count = ways[root];
  const few = count <= BigInt(LISTED);
  const chains = few
    ? allChains(start, root, ways).map(chain => edgesOf(chain, false))
    : largestChains(start, root, ways, run.local).map(chain => edgesOf(chain, true));
  const shown = chains.map((edges, number) => {
    const factors = localsOf(run, edges);
    return {number, edges, factors, product: product(factors)};
  });
  return {count, few, shown, stops: count > 0n ? stopsBetween(start, root, ways) : []};
}

/** The nodes that every path passes, from the root down; those with a label where any has one. */
function stopsBetween(start, root, ways) {
  const up = waysTo(root);
  const stops = [];
  for (let node = root - 1; node > start; node--) {
    if (ways[node] && up[node] && ways[node] * up[node] === ways[root]) stops.push(node);
  }
  const labeled = stops.filter(node => DATA.labeled[node]);
  return labeled.length ? labeled : stops;
}
