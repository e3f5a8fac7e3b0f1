/* What can be chosen for a training in the page: fields of the state, and of the address. */

const OPTIMIZER_NAMES = ['sgd', 'momentum', 'adam'];
const BATCHES = [0, 16]; // 0: all rows at once
const RATES = {low: 0.001, high: 10};
const ALIKE = 0.3; // every weight of an equal start
const ENLARGED = 10; // times the drawn weights
/** What each start makes of a drawn weight. */
const STARTS = {drawn: x => x, equal: () => ALIKE, large: x => ENLARGED * x};
/** What each experiment sets; the rest is as the page was given. */
const EXPERIMENTS = {
  rates: {optimizer: 'sgd'},
  zero: {optimizer: 'sgd', lr: 0.1},
  equal: {start: 'equal', optimizer: 'sgd', lr: 0.5, trained: 20, epoch: 20},
  saturated: {start: 'large'},
  bias: {bias: true},
  losses: {},
};

const LABORATORY = DATA.laboratory;
const SETTINGS_GIVEN = BASE.training?.settings ?? {optimizer: 'adam', lr: 0.03, batch: 0, seed: 0};

const OUTPUTS = LABORATORY ? outputsToChoose(LABORATORY.own) : [];

/** The choices at first: the network as it was given, trained as it was. */
const SETUP = LABORATORY && {
  hidden: LABORATORY.own.hidden.join(),
  activation: LABORATORY.own.activation,
  outputs: LABORATORY.own.outputs,
  bias: LABORATORY.own.bias,
  weights: null, // the seed of the weights; null: as they were given
  start: 'drawn',
  optimizer: SETTINGS_GIVEN.optimizer,
  lr: SETTINGS_GIVEN.lr,
  batch: SETTINGS_GIVEN.batch,
  zero: true, // zero_grad before each step
  trained: 0, // epochs that were trained here
  experiment: '',
};

/** How the address gives each of them. */
const SETUP_READERS = LABORATORY && {
  hidden: word => hiddenOf(word) && word,
  activation: oneOf(LABORATORY.activations),
  outputs: oneOf(OUTPUTS),
  bias: booleanOfWord,
  weights: word => numberOfWord(word, MOST_SEED),
  start: oneOf(Object.keys(STARTS)),
  optimizer: oneOf(OPTIMIZER_NAMES),
  lr: word => (Number(word) >= RATES.low && Number(word) <= RATES.high ? Number(word) : null),
  batch: word => numberOfWord(word, 9999),
  zero: booleanOfWord,
  trained: word => numberOfWord(word, MOST_EPOCHS),
  experiment: oneOf(Object.keys(EXPERIMENTS)),
};
holdInAddress(SETUP, SETUP_READERS);

/** The numbers of the parameters at a start: those that were given, or drawn from the seed. */
function startNumbers(start) {
  const numbers =
    S.weights === null
      ? GIVEN.numbers[0]
      : parametersInOrder(drawnWeights(sizesNow(), S.activation, S.weights));
  const biases = new Set(NEURONS.map(neuron => neuron.bias));
  return Float64Array.from(parametersOf(), (leaf, i) =>
    biases.has(leaf) ? numbers[i] : STARTS[start](numbers[i]),
  );
}

const sizesNow = () => [G.network.inputs.length, ...G.network.layers.map(layer => layer.length)];

/** Weights by layer and neuron as one list, each neuron's with its bias, which starts at 0. */
const parametersInOrder = layers =>
  layers.flat().flatMap((row, i) => (NEURONS[i].bias === null ? row : [...row, 0]));

/** Whether the network on the page is the one that it was made of. */
const isOwnNetwork = () => DATA === BASE;
