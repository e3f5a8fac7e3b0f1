/* The training as it runs: in slices between frames, so that the page stays quick. */

const SLICE = 6; // milliseconds of training in a frame
const AT_ONCE = 1000; // epochs that one press of Run trains at most

let trainer = null; // of the course that is on the page
let frameRequest = 0;

/** The rows that are trained on: those of the part `train`, in its order. */
const trainingRows = () => ROWS.training ?? [...ROWS.numbers.keys()];

/** A training from a start; others: settings in place of the chosen ones. */
function newTrainer(others = {}, start = S.start) {
  const settings = {
    ...SETTINGS_GIVEN,
    optimizer: S.optimizer,
    lr: S.lr,
    batch: S.batch,
    zeroGrad: S.zero,
    ...others,
  };
  const leaves = Float64Array.from(DATA.data, Number);
  const parameters = parametersOf();
  for (const [i, x] of startNumbers(start).entries()) leaves[parameters[i]] = x;
  return new Trainer({settings, leaves, parameters, rows: trainingRows()});
}

/** The course of a trainer before its first step. */
function courseAtStart(trainer) {
  return {
    epochs: [0],
    parameters: trainer.parameters,
    numbers: [Float64Array.from(trainer.numbers)],
    states: [trainer.stateNow()],
    latest: [null], // the mean gradient of the last step of each epoch
    optimizer: t0(S.optimizer),
    shown: 0,
    measured: {loss: [], accuracy: []},
    fault: null,
  };
}

/** The course with what the trainer has done since: the epochs, and steps of the one under way. */
function continued(course, trainer, added) {
  const whole = course.partial ? course.epochs.length - 1 : course.epochs.length;
  const cut = list => list.slice(0, whole);
  const {done, all} = trainer.progress;
  const partial = done > 0;
  const more = partial ? [...added, trainer.entry(`${trainer.epoch} + ${done}/${all}`)] : added;
  const epochs = [...cut(course.epochs), ...more.map(entry => entry.epoch)];
  return {
    ...course,
    epochs,
    numbers: [...cut(course.numbers), ...more.map(entry => entry.numbers)],
    states: [...cut(course.states), ...more.map(entry => entry.state)],
    latest: [...cut(course.latest), ...more.map(entry => entry.latest)],
    partial,
    shown: epochs.length - 1,
    measured: {...trainer.measured},
    fault: trainer.fault,
  };
}

/** The trainer of the course on the page; a new one where the course was given. */
function trainerNow() {
  if (!trainer || !S.course.measured) {
    trainer = newTrainer();
    change({course: courseAtStart(trainer), epoch: 0, edits: new Map()});
  }
  return trainer;
}

/** Show what the trainer did; epoch: where the page then is, the last one unless given. */
function showTrained(added, patch = {}) {
  const course = continued(S.course, trainer, added);
  change({course, trained: trainer.epoch, epoch: course.shown, ...patch});
}

function oneStep() {
  pause();
  const before = trainerNow().epoch;
  trainer.step();
  showTrained(trainer.epoch > before ? [trainer.entry(trainer.epoch)] : []);
}

function oneEpoch() {
  pause();
  trainerNow().finishEpoch();
  showTrained(trainer.fault ? [] : [trainer.entry(trainer.epoch)]);
}

/** Train until a number of epochs is complete, in slices. */
function trainUntil(target, patch = {}) {
  state.running = true;
  trainerNow();
  const slice = () => {
    const end = performance.now() + SLICE;
    const added = [];
    while (trainer.epoch < target && !trainer.fault && performance.now() < end) {
      trainer.finishEpoch();
      if (!trainer.fault) added.push(trainer.entry(trainer.epoch));
    }
    const running = trainer.epoch < target && !trainer.fault;
    showTrained(added, {...patch, running});
    frameRequest = running ? requestAnimationFrame(slice) : 0;
  };
  frameRequest = requestAnimationFrame(slice);
}

function toggleRun() {
  if (S.running) return pause();
  trainUntil(Math.min(MOST_EPOCHS, trainerNow().epoch + AT_ONCE));
}

function pause() {
  cancelAnimationFrame(frameRequest);
  if (S.running) change({running: false});
}

/** Back to the start that is chosen. */
function restart(patch = {}) {
  pause();
  trainer = null;
  change({...patch, course: GIVEN, trained: 0, epoch: 0});
  if (!isGivenStart()) trainerNow();
}

/** Whether the start is that of the course that was given. */
const isGivenStart = () => isOwnNetwork() && S.weights === null && S.start === 'drawn';

/** Whether a page's data is of another network than the one that is shown. */
const isOther = data =>
  data !== DATA && ['names', 'kind'].some(key => data[key].join() !== DATA[key].join());

/** Other choices: from the start again; another network opens the page again. */
function choose(patch) {
  restart(patch);
  const address = addressNow();
  if (isOther(dataFor(BASE, address))) {
    writeAddress();
    open(address);
  }
}

/** Where the address says so, train as long as it says; the page stays at its epoch. */
function trainAsTheAddressSays() {
  if (!LABORATORY) return;
  trainer = null;
  state.course = GIVEN;
  const {trained, epoch} = S;
  if (!isGivenStart()) trainerNow();
  if (trained) trainUntil(trained, {epoch, trained});
}
