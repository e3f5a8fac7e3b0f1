/* Training by the page's own forward and sweep: as `nn.train` does it, step by step.

Nothing here shows anything: a Trainer is given rows, and keeps parameters and what was measured.
*/

/** The update rules, each as in nn/update_rules.py: a parameter's new number; it changes `state`. */
const OPTIMIZERS = {
  sgd: (x, g, state, i, {lr}) => x - lr * g,
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

/** A training of the graph's parameters on rows.

settings: lr, optimizer (a name in OPTIMIZERS), batch (rows in one, 0 for all), seed (of the
shuffling), zeroGrad (false: it is forgotten).
leaves: the numbers of all leaves at the start; parameters: the leaves that are trained; root: the
loss; rows: for each row the numbers of its leaves, `rowLeaves`; answer: a function of the values
of a run and the row's number: whether it is answered right, or null.
*/
class Trainer {
  constructor({settings, leaves, parameters, root, rows, rowLeaves, answer}) {
    Object.assign(this, {settings: {...SETTINGS, ...settings}, parameters, root, rows, rowLeaves});
    this.answer = answer;
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

  /** The numbers of one row for its leaves, forward, and the sweep of its loss. */
  sweepRow(row) {
    for (const [i, leaf] of this.rowLeaves.entries()) this.leaves[leaf] = this.rows[row][i];
    forward(this.leaves, this.run, this.root);
    return gradients(this.run.local, this.root, this.run.grad);
  }

  /** The mean gradient of some rows by each parameter, added to `sums`. */
  addGradients(batch) {
    if (this.settings.zeroGrad !== false) this.sums.fill(0);
    const sums = new Float64Array(this.parameters.length);
    for (const row of batch) {
      const grad = this.sweepRow(row);
      for (const [i, leaf] of this.parameters.entries()) sums[i] += grad[leaf];
      this.total.loss += this.run.data[this.root];
      this.total.right += Number(this.answer(this.run, row));
      this.total.rows += 1;
    }
    for (const i of sums.keys()) this.sums[i] += sums[i] / batch.length;
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
    const order = Array.from(this.rows.keys());
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

  /** Steps until the epoch is complete. */
  finishEpoch() {
    const {epoch} = this;
    while (this.epoch === epoch && !this.fault) this.step();
  }
}
