/* Training by the page's own forward and sweep: as `nn.train` does it, step by step.

Nothing here shows anything: a Trainer is given rows, and keeps parameters and what was measured.
*/

/** The update rules of nn/update_rules.py: a parameter's new number; they change `state`. */
const OPTIMIZERS = {
  sgd: (x, g, _state, _i, {lr}) => x - lr * g,
  momentum(x, g, state, i, {lr, momentum}) {
    state.velocity[i] = momentum * state.velocity[i] + g;
    return x - lr * state.velocity[i];
  },
  adam(x, g, state, i, {lr, betas: [beta1, beta2], eps}) {
    state.mean[i] = beta1 * state.mean[i] + (1 - beta1) * g;
    state.square[i] = beta2 * state.square[i] + (1 - beta2) * g * g;
    const mean = state.mean[i] / (1 - beta1 ** state.step);
    const square = state.square[i] / (1 - beta2 ** state.step);
    return x - (lr * mean) / (Math.sqrt(square) + eps);
  },
};
const SETTINGS = {momentum: 0.9, betas: [0.9, 0.999], eps: 1e-8};

/** The nodes of the answers before softmax: the outputs of the last layer. */
const outputNodes = () => G.network.layers.at(-1).map(neuron => neuron.nodes.at(-1));

/** What outputs are to be for a row: its targets as they were standardized, or 1 for its class. */
function targetsOf(row) {
  const {targets, labels} = DATA.rows;
  if (!targets) return outputNodes().map((_, k) => Number(labels[row] === k));
  const [means, deviations] = targets.scale;
  return targets.numbers[row].map((x, k) => (Number(x) - means[k]) / deviations[k]);
}

/** The loss of a run on a row, and the gradients that its sweep starts with: [node, gradient].

The graph's own loss, which starts with 1; without one the mean squared error of the outputs.
*/
function objective(run, row) {
  if (DATA.loss !== null) return {loss: run.data[DATA.loss], seeds: [[DATA.loss, 1]]};
  const outputs = outputNodes();
  const errors = targetsOf(row).map((target, k) => run.data[outputs[k]] - target);
  const count = errors.length;
  return {
    loss: errors.reduce((sum, e) => sum + e * e, 0) / count,
    seeds: outputs.map((node, k) => [node, (2 * errors[k]) / count]),
  };
}

/** Whether the largest output is that of the row's class; false where there are no classes. */
function isAnswered(run, row) {
  const numbers = outputNodes().map(node => run.data[node]);
  return numbers.indexOf(Math.max(...numbers)) === DATA.rows.labels?.[row];
}

/** A training of the graph's parameters on rows.

settings: lr, optimizer (a name in OPTIMIZERS), batch (rows in one, 0 for all), seed (of the
shuffling), zeroGrad (false: it is forgotten).
leaves: the numbers of all leaves at the start; parameters: the leaves that are trained; rows: the
numbers of the rows, in their order.
*/
class Trainer {
  constructor({settings, leaves, parameters, rows}) {
    Object.assign(this, {settings: {...SETTINGS, ...settings}, parameters, rows});
    this.leaves = Float64Array.from(leaves);
    this.run = emptyRun();
    this.sums = new Float64Array(parameters.length); // .grad of each parameter
    this.random = new PythonRandom(this.settings.seed);
    const zeros = () => new Float64Array(parameters.length);
    this.state = {step: 0, velocity: zeros(), mean: zeros(), square: zeros()};
    this.epoch = 0;
    this.batches = [];
    this.fault = null;
    this.measured = {loss: [], accuracy: []};
    this.total = {loss: 0, right: 0, rows: 0};
  }

  get numbers() {
    return this.parameters.map(leaf => this.leaves[leaf]);
  }

  /** The numbers of a row for its leaves, forward, and the sweep of its loss: the gradients. */
  sweepRow(row) {
    const numbers = DATA.rows.numbers[row];
    for (const [i, leaf] of DATA.rows.leaves.entries()) this.leaves[leaf] = numbers[i];
    const run = forward(this.leaves, this.run);
    const {loss, seeds} = objective(run, row);
    this.total.loss += loss;
    this.total.right += Number(isAnswered(run, row));
    this.total.rows += 1;
    return gradientsFrom(run.local, seeds, run.grad);
  }

  /** The mean gradient of some rows by each parameter, added to `sums`. */
  addGradients(batch) {
    if (this.settings.zeroGrad !== false) this.sums.fill(0);
    const sums = new Float64Array(this.parameters.length);
    for (const row of batch) {
      const grad = this.sweepRow(row);
      for (const [i, leaf] of this.parameters.entries()) sums[i] += grad[leaf];
    }
    this.latest = sums.map(x => x / batch.length);
    for (const [i, x] of this.latest.entries()) this.sums[i] += x;
  }

  /** One step: the gradient of the next batch, and a new number for each parameter. */
  step() {
    if (this.fault) return;
    if (!this.batches.length) this.batches = this.shuffled();
    this.addGradients(this.batches.shift());
    this.state.step += 1;
    const update = OPTIMIZERS[this.settings.optimizer];
    const moved = this.parameters.map((leaf, i) =>
      update(this.leaves[leaf], this.sums[i], this.state, i, this.settings),
    );
    const bad = moved.findIndex(x => !Number.isFinite(x));
    if (bad >= 0) {
      this.fault = {parameter: this.parameters[bad], step: this.state.step};
      return;
    }
    for (const [i, leaf] of this.parameters.entries()) this.leaves[leaf] = moved[i];
    if (!this.batches.length) this.endEpoch();
  }

  /** The batches of an epoch: all rows in order, or shuffled as `nn.Data.batches` does it. */
  shuffled() {
    const order = [...this.rows];
    const size = this.settings.batch || order.length;
    if (this.settings.batch) this.random.shuffle(order);
    const count = Math.ceil(order.length / size);
    return Array.from({length: count}, (_, i) => order.slice(i * size, (i + 1) * size));
  }

  endEpoch() {
    const {loss, right, rows} = this.total;
    this.epoch += 1;
    this.measured.loss.push(loss / rows);
    this.measured.accuracy.push(right / rows);
    this.total = {loss: 0, right: 0, rows: 0};
  }

  /** How many steps of the epoch under way are done, of all. */
  get progress() {
    const all = Math.ceil(this.rows.length / (this.settings.batch || this.rows.length));
    return {done: this.batches.length ? all - this.batches.length : 0, all};
  }

  /** A copy of the optimizer's state. */
  stateNow() {
    const {step, ...lists} = this.state;
    const copied = Object.entries(lists).map(([name, list]) => [name, list.slice()]);
    return {step, ...Object.fromEntries(copied)};
  }

  /** What is kept of the present moment. */
  entry(epoch) {
    const {latest} = this;
    return {epoch, numbers: Float64Array.from(this.numbers), state: this.stateNow(), latest};
  }

  /** Steps until the epoch is complete. */
  finishEpoch() {
    const {epoch} = this;
    while (this.epoch === epoch && !this.fault) this.step();
  }
}
