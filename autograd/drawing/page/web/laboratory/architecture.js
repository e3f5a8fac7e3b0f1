/* Networks of other sizes: the data of a page for one, as Python makes it for an MLP of `nn`. */

const LEAF = -1;
const CONSTANT = -2;
const MOST_HIDDEN = 8;

/** The sizes of one or two hidden layers in a word such as "4,4"; null for any other word. */
function hiddenOf(word) {
  const sizes = word.split(',').map(Number);
  const fits = size => Number.isInteger(size) && size >= 1 && size <= MOST_HIDDEN;
  return sizes.length <= 2 && sizes.every(fits) ? sizes : null;
}

/** What the outputs of a network may be in place of its own. */
const outputsToChoose = own => (own.outputs === 'softmax' ? ['softmax', 'sigmoid'] : []);

/** The data of the page for an address: that of its own network, or of the one chosen there. */
function dataFor(base, address) {
  const own = base.laboratory?.own;
  if (!own) return base;
  const words = new URLSearchParams(address);
  const chosen = (name, read) => read(words.get(name) ?? '') ?? own[name];
  const choice = {
    hidden: chosen('hidden', hiddenOf),
    activation: chosen('activation', oneOf(base.laboratory.activations)),
    outputs: chosen('outputs', oneOf(outputsToChoose(own))),
    bias: chosen('bias', booleanOfWord),
  };
  const seed = numberOfWord(words.get('weights'), MOST_SEED) ?? 0;
  const isOwn = Object.keys(choice).every(name => String(choice[name]) === String(own[name]));
  return isOwn ? base : networkData(base, {...choice, seed});
}

/** Bounds of the uniform start, by the numbers of inputs and neurons: nn/initialization.py. */
const BOUNDS = {
  xavier: (nin, nout) => Math.sqrt(6 / (nin + nout)),
  uniform: () => 1,
};
const boundOf = (activation, nin, nout) =>
  BOUNDS[activation === 'relu' ? 'uniform' : 'xavier'](nin, nout);

/** The weights that `nn.MLP` draws: for each layer the rows of its neurons. */
function drawnWeights(sizes, activation, seed) {
  const random = new PythonRandom(seed);
  return sizes.slice(1).map((nout, layer) => {
    const nin = sizes[layer];
    const bound = boundOf(activation, nin, nout);
    const row = () => Array.from({length: nin}, () => random.uniform(-bound, bound));
    return Array.from({length: nout}, row);
  });
}

/** A page's data with a network of these settings in place of its own.

hidden: the numbers of neurons in each hidden layer; activation: theirs; outputs: 'softmax' or an
activation of the last layer ('linear', 'sigmoid'); bias: whether neurons have one; seed: of the
weights.
*/
function networkData(base, {hidden, activation, outputs, bias, seed}) {
  const nodes = {names: [], kind: [], parents: [], data: [], labeled: []};
  const add = (name, kind, parents = [], x = 0, labeled = 1) => {
    for (const [key, entry] of Object.entries({name, kind, parents, data: x, labeled}))
      nodes[key === 'name' ? 'names' : key].push(entry);
    return nodes.names.length - 1;
  };
  const operation = (name, op, parents, labeled = 1) =>
    add(name, base.laboratory.kinds[`${op}/${parents.length}`], parents, 0, labeled);
  const old = base.network;
  const nameOf = node => base.names[node];
  const inputs = old.inputs.map(node => add(nameOf(node), LEAF, [], base.data[node]));
  const last = old.layers.at(-1).map(neuron => nameOf(neuron.nodes.at(-1)));
  const sizes = [inputs.length, ...hidden, last.length];
  const count = {w: 0, h: 0, s: 0, v: 0};
  let before = inputs;
  const layers = drawnWeights(sizes, activation, seed).map((rows, layer) => {
    const isLast = layer === hidden.length;
    const activated = isLast ? outputs : activation;
    const function_ = ['softmax', 'linear'].includes(activated) ? null : activated;
    const neurons = rows.map((row, i) => {
      const weights = row.map(x => add(`w${++count.w}`, LEAF, [], x));
      count.s += 1;
      const output = isLast ? last[i] : `h${++count.h}`;
      const steps = ['dot', ...(bias ? ['add'] : []), ...(function_ ? [function_] : [])];
      const own = [];
      let biasNode = null;
      for (const [k, op] of steps.entries()) {
        const left = steps.length - 1 - k; // what stands before the last is the sum
        const name = left === 0 ? output : left === 1 ? `s${count.s}` : `v${count.v + 1}`;
        if (left > 0) count.v += 1;
        if (op === 'add') biasNode = add(`b${count.s}`, LEAF, [], 0);
        const operands =
          op === 'dot' ? [...weights, ...before] : op === 'add' ? [own[0], biasNode] : [own.at(-1)];
        own.push(operation(name, op, operands, Number(left === 0)));
      }
      return {nodes: own, weights, bias: biasNode};
    });
    before = neurons.map(neuron => neuron.nodes.at(-1));
    return neurons;
  });
  const isSoftmax = outputs === 'softmax';
  const others = i => [before[i], ...before.filter((_, k) => k !== i)];
  const shares = isSoftmax
    ? old.shares.map((node, i) => operation(nameOf(node), 'softmax', others(i)))
    : [];
  const constants = isSoftmax
    ? before.map((_, i) => add(String(Number(i === 0)), CONSTANT, [], Number(i === 0), 0))
    : [];
  const losses = isSoftmax ? [operation('loss', 'cross_entropy', [...before, ...constants])] : [];
  return {
    ...base,
    ...nodes,
    labels: {},
    roots: isSoftmax ? [...shares, ...losses] : before,
    loss: losses[0] ?? null,
    network: {inputs, layers, shares, losses},
    rows: {...base.rows, leaves: [...inputs, ...constants]},
    training: null,
  };
}
