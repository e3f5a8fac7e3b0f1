/* One parameter in the training: the gradients of the rows, its next step, its course. */

/** The gradients of the loss of each training row by all nodes, with the present numbers. */
const gradientsOfRows = remembered(() =>
  trainingRows().map(row => ({row, ...lossAndGradients(forward(leavesOfRow(row)), row)})),
);

const meanGradient = remembered(leaf => mean(gradientsOfRows().map(({grad}) => grad[leaf])));
const meanLoss = remembered(() => mean(gradientsOfRows().map(({loss}) => loss)));

/** The mean loss of the training rows where some parameters are moved: [leaf, by how much]. */
function meanLossAfter(moves) {
  const losses = trainingRows().map(row => {
    const leaves = leavesOfRow(row);
    for (const [leaf, by] of moves) leaves[leaf] += by;
    return objective(forward(leaves), row).loss;
  });
  return mean(losses);
}

/** The states of the optimizer after each epoch of the course; null where they are not known. One
 * that is not the optimizer of a course that was given would begin there. */
const statesOfCourse = remembered(() => {
  const {course} = S;
  if (course.states) return course.states;
  if (!isAsGiven()) return course.epochs.map(() => courseAtStart(newTrainer()).states[0]);
  if (!BASE.training?.settings || !isOwnNetwork()) return null;
  const again = newTrainer({...SETTINGS_GIVEN, zeroGrad: true});
  const states = course.epochs.map(epoch => {
    while (again.epoch < epoch && !again.fault) again.finishEpoch();
    return again.stateNow();
  });
  const last = course.numbers.at(-1);
  const isSame = again.numbers.every((x, i) => Math.abs(x - last[i]) <= 1e-6 * (1 + Math.abs(x)));
  return isSame ? states : null;
});

/** Whether the optimizer that is chosen is that of the course that was given. */
const isAsGiven = () => S.optimizer === SETTINGS_GIVEN.optimizer && S.lr === SETTINGS_GIVEN.lr;

/** The optimizer that is chosen: its name and its settings. */
const settingsOfCourse = () => ({
  ...SETTINGS,
  ...SETTINGS_GIVEN,
  optimizer: S.optimizer,
  lr: S.lr,
  batch: S.batch,
});

/** What the next step would do to a parameter, by the mean gradient of all training rows. */
const nextStep = remembered(leaf => {
  const settings = settingsOfCourse();
  const states = statesOfCourse();
  const i = S.course.parameters.indexOf(leaf);
  const plain = settings.optimizer === 'sgd';
  if (!plain && !states) return null;
  const before = states?.[Math.min(S.epoch, lastEpoch())];
  const state = before && structuredClone(before);
  if (state) state.step += 1;
  const x = leavesNow()[leaf];
  const gradient = meanGradient(leaf);
  const after = OPTIMIZERS[settings.optimizer](x, gradient, state, i, settings);
  return {x, gradient, after, settings, state, i};
});

/** The parameter that is chosen, or the one that the page begins with. */
const chosenParameter = () => (S.course.parameters.includes(S.node) ? S.node : firstChoice());

/** The part of the card about the chosen parameter. */
function weightCard() {
  if (!LABORATORY || S.running) return null;
  const node = chosenParameter();
  return foldable('weightStory', withNames('weightStory', {node}), () => [
    gradientStrip(node),
    stepView(node),
    courseOf(node),
  ]);
}

const STRIP = {row: 22, left: 84, right: 10, bottom: 22};

/** A mark for the gradient of each row, by class, and their mean. */
function gradientStrip(leaf) {
  const points = gradientsOfRows().map(({row, grad}) => ({row, x: grad[leaf]}));
  const average = meanGradient(leaf);
  const classesOf = ROWS.labels ? answerNodes().map((_, k) => k) : [null];
  const width = S.cardWidth;
  const height = classesOf.length * STRIP.row + STRIP.bottom + 8;
  const {bottom, top} = rangeOf([0, ...points.map(({x}) => x)]);
  const px = onLine(bottom, top, STRIP.left, width - STRIP.right);
  const line = (tag, x) => lineAt(tag, px(x), 2, px(x), height - STRIP.bottom);
  const name = t0(ROWS.labels ? 'gradientsByClass' : 'gradientsByRow');
  const svg = canvas('svg.plot.strip', width, height, `${name}: ${numeral(average)}`, [
    line('line.axis', 0),
    classesOf.map((k, i) => {
      const y = 8 + i * STRIP.row + STRIP.row / 2;
      const own = points.filter(({row}) => k === null || ROWS.labels[row] === k);
      return [
        k !== null && textAt('text', 0, y + 4, null, className(k)),
        own.map(({row, x}) => {
          const place = {cx: px(x), cy: y + ((row * 7) % 11) - 5, r: 2.6};
          return s(`circle.dot.class${(k ?? 0) % 3}`, {...place, click: () => change({row})});
        }),
      ];
    }),
    line('line.tangent', average),
    textAt('text', px(0), height - 6, 'middle', '0'),
  ]);
  const things = {n: points.length, x: h('b.grad', numeral(average)), slope: slopeOfMean(leaf)};
  return h('figure', [h('figcaption.muted', name), svg, h('p', t('meanOfRows', things))]);
}

const slopeOfMean = leaf =>
  h('span.slope', ['\u2202', t0('meanLossWord'), '/\u2202', nameOf(leaf)]);

/** The next step, written out, and what it does to the loss: by the linear guess, and in truth. */
function stepView(leaf) {
  const step = nextStep(leaf);
  if (!step) return h('p.muted', t0('stateUnknown'));
  const {settings} = step;
  return [
    h('h3', t('nextStep', {optimizer: t0(settings.optimizer)})),
    h('div.formula', rule(leaf, step)),
    settings.batch > 0 &&
      h('p.muted', t('stepOfBatch', {n: settings.batch, all: trainingRows().length})),
    h('h3', t0('lossOfStep')),
    effectLine(withNames('onlyThis', {node: leaf}), effectOfStep(leaf)),
    effectLine(t('allParameters', {n: S.course.parameters.length}), effectOfStep(ALL)),
  ];
}

/** The rule with names, then with numbers. */
function rule(leaf, {x, gradient, after, settings, state, i}) {
  const name = () => nameOf(leaf);
  const {lr, momentum, betas, eps, optimizer} = settings;
  const times = ` \u2212 ${plain(lr)} \u00b7 `;
  const result = (start, pieces) =>
    h('p', [start, pieces, ` ${sign(pieces, after)} `, h('b.data', numeral(after))]);
  if (optimizer === 'sgd')
    return [
      h('p', [name(), ' \u2190 ', name(), ' \u2212 lr \u00b7 g']),
      result('= ', [brief(x), times, factor(gradient)]),
    ];
  if (optimizer === 'momentum') {
    const v = state.velocity[i];
    return [
      h('p', ['v \u2190 ', plain(momentum), ' \u00b7 v + g = ', numeral(v)]),
      h('p', [name(), ' \u2190 ', name(), ' \u2212 lr \u00b7 v']),
      result('= ', [brief(x), times, factor(v)]),
    ];
  }
  const [m, v] = [state.mean[i], state.square[i]];
  const unbiased = (number, beta) => number / (1 - beta ** state.step);
  const [meanNow, squareNow] = [unbiased(m, betas[0]), unbiased(v, betas[1])];
  const kept = (letter, beta, now, g) => {
    const words = `${plain(beta)} \u00b7 ${letter} + ${plain(1 - beta)} \u00b7 ${g}`;
    return h('p', [`${letter} \u2190 ${words} = `, numeral(now)]);
  };
  const divisor = brief(Math.sqrt(squareNow) + eps);
  const rest = ` \u2212 lr \u00b7 m\u0302 / (\u221av\u0302 + ${plain(eps)})`;
  return [
    kept('m', betas[0], m, 'g'),
    kept('v', betas[1], v, 'g\u00b2'),
    h('p', t('unbiased', {step: String(state.step), m: numeral(meanNow), v: numeral(squareNow)})),
    h('p', [name(), ' \u2190 ', name(), rest]),
    result('= ', [brief(x), times, factor(meanNow), ' / ', divisor]),
  ];
}

const ALL = -1; // in place of one parameter

/** What the next step of a parameter alone, or of ALL, does to the mean loss: by the linear guess,
 * and in truth. */
const effectOfStep = remembered(leaf => {
  const leaves = leaf === ALL ? S.course.parameters : [leaf];
  const steps = leaves.map(one => ({leaf: one, ...nextStep(one)}));
  const guess = steps.reduce((sum, {x, after, gradient}) => sum + gradient * (after - x), 0);
  const moves = steps.map(one => [one.leaf, one.after - one.x]);
  return {guess, truth: meanLossAfter(moves) - meanLoss()};
});

function effectLine(words, {guess, truth}) {
  const things = {guess: numeral(guess), truth: h('b', numeral(truth))};
  return h('p', [words, ': ', t('guessAndTruth', things)]);
}

const MOST_POINTS = 25; // of a curve over epochs whose gradients are computed for it

/** The number of a parameter over the epochs, and below it the gradient of the mean loss. */
function courseOf(leaf) {
  const i = S.course.parameters.indexOf(leaf);
  const {epochs, numbers} = S.course;
  if (epochs.length < 3) return null;
  const places = placesInCourse();
  return [
    h('h3', withNames('courseOf', {node: leaf})),
    smallPlot(
      places,
      places.map(k => numbers[k][i]),
      'curve',
      withNames('weightByEpoch', {node: leaf}),
    ),
    smallPlot(
      places,
      gradientsInCourse(leaf),
      'curve.of-gradient',
      withNames('gradientByEpoch', {node: leaf}),
    ),
  ];
}

/** The places in the course whose gradients are shown. */
const placesInCourse = () => evenly(Math.min(MOST_POINTS, lastEpoch() + 1), lastEpoch());

/** The mean gradient by a parameter at these places, with nothing turned. */
const gradientsInCourse = remembered(leaf => {
  const i = S.course.parameters.indexOf(leaf);
  return placesInCourse().map(epoch => {
    const next = S.course.latest?.[epoch + 1]; // the step from here was by this gradient
    if (next && !S.batch && !S.course.partial) return next[i];
    const ofRow = row => lossAndGradients(forward(givenLeaves(row, epoch)), row).grad[leaf];
    return mean(trainingRows().map(ofRow));
  });
});

function smallPlot(xs, ys, tag, caption) {
  const [width, height] = [S.cardWidth, 92];
  const [left, right, top, bottom] = [58, 8, 6, 16];
  const range = rangeOf([0, ...ys]);
  const px = onLine(0, Math.max(1, xs.at(-1)), left, width - right);
  const py = onLine(range.bottom, range.top, height - bottom, top);
  const at = Math.min(S.epoch, lastEpoch());
  const text = h('p', caption).textContent;
  const svg = canvas(
    'svg.plot',
    width,
    height,
    `${text}: ${numeral(ys[0])} \u2192 ${numeral(ys.at(-1))}`,
    [
      lineAt('line.axis', left, py(0), width - right, py(0)),
      curves(xs, ys, px, py, `polyline.${tag}`),
      lineAt('line.tangent', px(at), top, px(at), height - bottom),
      [range.low, range.high].map(y =>
        textAt('text', left - 6, py(y) + 4, 'end', numeral(y, FEW_DIGITS)),
      ),
      textAt('text', width - right, height - 3, 'end', S.course.epochs[xs.at(-1)]),
    ],
  );
  return h('figure', [h('figcaption.muted', caption), svg]);
}
