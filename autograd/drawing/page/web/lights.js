/* What each view lights in the picture: functions of nodes and edges, which `paint` looks up. */

/** At rest every number is there and nothing is lit; each view replaces what it has otherwise. */
function restingLights() {
  const run = current();
  const inside = below(rootNode());
  return {
    run,
    inside,
    broken: new Set(origins(run)),
    isKnown: () => true,
    /** The gradient of a node: whether there is one, whether it is still summed, or wrong. */
    gradOf: node => ({x: run.grad[node], has: inside[node] === 1, summing: false, wrong: false}),
    isChosen: node => node === S.node,
    /** The classes of what one of the nodes of a pill does. */
    nodeClass: () => '',
    /** Of an edge the slot that is lit, or null; how it is lit, and its width, of its own one. */
    litSlot: () => null,
    litClass: '',
    litWidth: (_part, _slot, width) => width,
    isBefore: () => false,
    isFaint: () => false,
    chipsAreLit: true,
    hidesLocals: false, // where they are asked for
    namesLargest: false,
  };
}

/** Whether two numbers are the same but for rounding. */
const isSame = (a, b) => Object.is(a, b) || a === b || close(a, b);
const close = (a, b) => Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));

/** Step: the node that works and its parents; what is not known yet is left out. */
function stepLights() {
  const rest = restingLights();
  const now = seenMoment();
  const root = rootNode();
  const lit = now.moving.map(({node, line}) => `${node} ${line.slot}`);
  const isLit = (part, slot) =>
    now.back ? lit.includes(`${part.child} ${slot}`) : part.child === now.node;
  const receivers = new Set(
    now.back ? now.moving.map(({line}) => line.parent) : G.parents[now.node],
  );
  const complete = now.last && S.order !== 'sorted';
  return {
    ...rest,
    isKnown: now.known,
    gradOf: node => {
      const {hasGrad, summing} = gradOf(node, root, now);
      const x = now.grad[node];
      return {
        x,
        has: hasGrad,
        summing,
        wrong: complete && hasGrad && !isSame(x, rest.run.grad[node]),
      };
    },
    isChosen: node => S.picked && node === S.node,
    nodeClass: nodes => {
      const works = nodes.some(node => now.working.includes(node));
      const receives = !works && nodes.some(node => receivers.has(node));
      return classes(
        works && 'working',
        receives && 'near',
        (works || receives) && now.back && 'back',
        nodes.some(node => now.grown?.includes(node)) && 'grown',
      );
    },
    litSlot: part => part.slots.findLast(slot => isLit(part, slot)) ?? null,
    litClass: now.back ? 'back' : 'forward',
    litWidth: (_part, _slot, width) => Math.max(2.4, width),
    isFaint: part => !now.known(part.child),
    chipsAreLit: now.back && !now.hidesLocals,
    namesLargest: now.node < 0 && !S.picked,
  };
}

/** Paths: the edges of all paths, or of the one that is chosen, as wide as what travels on them. */
function pathLights() {
  const rest = restingLights();
  const {shown} = pathsNow();
  const flows = new Map(); // of each edge on a path
  const nodes = new Set([S.node]);
  for (const path of shown.filter(one => S.path < 0 || S.path === one.number)) {
    for (const [node, slot] of path.edges) {
      const key = `${node}:${slot}`;
      flows.set(key, (flows.get(key) || 0) + Math.abs(path.product));
      nodes.add(node);
    }
  }
  const most = largestSize([...flows.values()]);
  const neuron = new Set(neuronOf(S.node));
  const flowOf = (part, slot) => flows.get(`${part.child}:${slot}`);
  return {
    ...rest,
    nodeClass: own => (nodes.has(own.at(-1)) ? 'on' : ''),
    litSlot: part => part.slots.find(slot => flowOf(part, slot) !== undefined) ?? null,
    litClass: 'path',
    litWidth: (part, slot) => 2 + 4 * share(flowOf(part, slot), most),
    isBefore: part => neuron.has(part.child),
    isFaint: part => !neuron.has(part.child),
  };
}

/** The nodes of the neuron that a node is the output or the sum of; else the node alone. */
const neuronOf = remembered(node => {
  if (!isOperation(node)) return [];
  const neuron = NEURONS.find(one => one.nodes.includes(node));
  return neuron ? neuron.nodes.slice(0, neuron.nodes.indexOf(node) + 1) : [node];
});

/** The node that the view is about, which is kept in view. */
function watched() {
  if (S.view === 'practice') return practiceWatched();
  return S.view === 'step' && !S.picked ? stepping().node : S.node;
}
