/* Courses of parameters: their numbers at the start and after each epoch.

epochs: the numbers of the epochs; parameters: the leaves; numbers: for each epoch theirs.
optimizer: what moved them, by name; shown: the place of the epoch that the page is about.
settings: those that the page could train with, or null; measured: losses and accuracies of the
epochs from 1 on, where it was trained here.
*/

const MOST_EPOCHS = 10000; // that are trained here

/** The leaves that training moves: those of the neurons, in the order of `model.parameters()`. */
const parametersOf = () =>
  NEURONS.flatMap(neuron => [...neuron.weights, ...(neuron.bias === null ? [] : [neuron.bias])]);

/** The course that the page was given; of a network without one the start alone. */
function givenCourse() {
  if (DATA.training) return unpacked(DATA.training);
  if (!DATA.laboratory) return null;
  const parameters = parametersOf();
  const numbers = [Float64Array.from(parameters, leaf => Number(DATA.data[leaf]))];
  return {
    epochs: [0],
    parameters,
    numbers,
    optimizer: '',
    shown: 0,
    settings: null,
    measured: null,
  };
}

/** A course whose numbers were packed as 64-bit floats. */
function unpacked(training) {
  const bytes = Uint8Array.from(atob(training.weights), letter => letter.charCodeAt(0));
  const whole = new Float64Array(bytes.buffer);
  const count = training.parameters.length;
  const numbers = training.epochs.map((_, i) => whole.subarray(i * count, (i + 1) * count));
  return {...training, numbers, measured: null};
}
