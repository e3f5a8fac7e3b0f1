/* The controls of the training: run, steps, and what can be chosen for it. */

const LOGS = {steps: 80, low: Math.log10(RATES.low), high: Math.log10(RATES.high)};

/** The learning rate at a place of its slider, in two digits; and the place of a rate. */
const rateAt = place =>
  Number((10 ** between(LOGS.low, LOGS.high, place / LOGS.steps)).toPrecision(2));
const placeOf = rate =>
  Math.round((LOGS.steps * (Math.log10(rate) - LOGS.low)) / (LOGS.high - LOGS.low));

function laboratoryView() {
  if (!LABORATORY) return null;
  const act = (key, action, attributes) => button(`lab-${key}`, action, t0(key), attributes);
  const chosen = Object.keys(SETUP).filter(name => !KEPT.has(name) && S[name] !== SETUP[name]);
  return h('section.laboratory', {'aria-label': t0('laboratory')}, [
    h('h2.minor', t0('laboratory')),
    h('div.buttons', [
      act(S.running ? 'pauseTraining' : 'runTraining', toggleRun, {class: 'play'}),
      act('oneStep', oneStep),
      act('oneEpoch', oneEpoch),
      act('resetTraining', () => restart()),
    ]),
    h('p.status', {role: 'status'}, statusOfTraining()),
    foldable(
      'setup',
      [t0('setup'), chosenWords(chosen)],
      () => [setupView(), chosen.length > 0 && act('asGiven', () => choose(keptOf(SETUP)))],
      !isNarrow(),
    ),
    experimentsView(),
    S.course.measured && !S.running && pythonView(),
  ]);
}

const KEPT = new Set(['trained', 'experiment']);
const keptOf = setup =>
  Object.fromEntries(Object.entries(setup).filter(([name]) => !KEPT.has(name)));

const chosenWords = chosen =>
  chosen.length > 0 && h('span.muted', ` · ${chosen.map(settingWords).join(' · ')}`);

/** A choice that differs from what was given, in a few words. */
function settingWords(name) {
  const x = S[name];
  if (name === 'hidden') return `${t0('hiddenSizes')} ${x}`;
  if (name === 'lr' || name === 'weights') return `${t0(name)} ${x}`;
  if (name === 'batch') return batchWords(x);
  if (name === 'bias') return t0(x ? 'withBias' : 'withoutBias');
  if (name === 'zero') return t0('zeroForgotten');
  return t0(x) ?? x;
}

/** What came of it so far: epochs, loss, right answers; and where it goes wrong, why. */
function statusOfTraining() {
  const {measured, fault, epochs} = S.course;
  if (!measured) return t0('notTrainedHere');
  if (fault) return withNames('diverged', {node: fault.parameter, step: String(fault.step)});
  const loss = measured.loss.at(-1);
  const things = {
    epoch: String(epochs.at(-1)),
    loss: loss === undefined ? '\u2013' : numeral(loss),
  };
  const words = [t('statusOfTraining', things)];
  if (ROWS.labels && measured.accuracy.length) words.push(' · ', percent(measured.accuracy.at(-1)));
  return [...words, ...troubles().map(trouble => h('span.trouble', trouble))];
}

/** Divergence and saturation, in words, where they show in the numbers. */
function troubles() {
  const {loss} = S.course.measured;
  const words = {first: numeral(loss[0]), last: numeral(loss.at(-1))};
  const {flat, dead, all} = passing();
  return [
    loss.length > 1 && loss.at(-1) > 1.5 * loss[0] && t('risen', words),
    jumps(loss.slice(-RECENT)) && t('jumps', {n: Math.min(RECENT, loss.length)}),
    flat > 0.5 && t('saturatedRows', {p: percent(flat)}),
    dead > 0 && t('deadNeurons', {n: dead, all}),
  ].filter(isThere);
}

const RECENT = 20; // epochs
/* A local derivative below it passes less than a hundredth: two such nodes on a path leave less
 * than 1/10 000 of a gradient, and the weights below them hardly learn. */
const FLAT = 0.01;

/** Whether a loss goes up as often as every fourth time. */
function jumps(losses) {
  const rises = losses.slice(1).filter((loss, i) => loss > losses[i]).length;
  return losses.length > 4 && rises > losses.length / 4;
}

/** Over the training rows: the share of hidden activations that pass next to nothing, and how many
 * relu neurons pass nothing for any row; for one row that is usual. */
const passing = remembered(() => {
  const activations = G.network.layers
    .slice(0, -1)
    .flat()
    .map(neuron => neuron.nodes.at(-1));
  const counts = activations.map(() => 0);
  const rows = trainingRows();
  for (const row of rows) {
    const {local} = forward(givenLeaves(row, S.epoch));
    for (const [i, node] of activations.entries()) counts[i] += Math.abs(local[node][0]) < FLAT;
  }
  const all = activations.length;
  const isRelu = S.activation === 'relu';
  return {
    flat: isRelu || !all ? 0 : counts.reduce((sum, n) => sum + n, 0) / (all * rows.length),
    dead: isRelu ? counts.filter(n => n === rows.length).length : 0,
    all,
  };
});

const batchWords = size => (size ? t0('batchRows').replace('{n}', size) : t0('allRows'));

function setupView() {
  const own = LABORATORY.own;
  const choices = (name, values, words = t0) =>
    h('div.choice', [
      h('span', t0(`choice ${name}`)),
      segmented(
        t0(`choice ${name}`),
        values.map(x => [x, words(x)]),
        S[name],
        x => choose({[name]: x}),
      ),
    ]);
  const rate = slider('lab-lr', t0('lr'), {
    min: 0,
    max: LOGS.steps,
    step: 1,
    value: placeOf(S.lr),
    'aria-valuetext': String(S.lr),
    input: event => choose({lr: rateAt(Number(event.target.value))}),
  });
  const sizes = hiddenOf(S.hidden);
  const batches = [...new Set([SETUP.batch, ...BATCHES])].sort((a, b) => a - b);
  return h('div.choices', [
    h('label.choice.rate', [h('span', t0('lr')), rate, h('output', String(S.lr))]),
    choices('optimizer', OPTIMIZER_NAMES),
    choices('batch', batches, batchWords),
    choices('activation', LABORATORY.activations, name => name),
    sizes && own.hidden.length > 0 && sizesView(sizes),
    OUTPUTS.length > 1 && choices('outputs', OUTPUTS),
    choices('bias', [false, true], x => t0(x ? 'withBias' : 'withoutBias')),
    choices('start', Object.keys(STARTS)),
    seedView(),
    choices('zero', [true, false], x => t0(x ? 'zeroDone' : 'zeroForgotten')),
  ]);
}

/** One menu for each of two hidden layers; the second may be left out. */
function sizesView(sizes) {
  const menuOf = (i, least) => {
    const count = MOST_HIDDEN - least + 1;
    const options = Array.from({length: count}, (_, k) =>
      option(k + least, k + least || t0('none')),
    );
    const set = event => {
      const next = [sizes[0], sizes[1] ?? 0];
      next[i] = Number(event.target.value);
      choose({hidden: next.filter(size => size > 0).join()});
    };
    const label = say('hidden', {n: i + 1});
    const select = h(
      'select',
      {'data-key': `size-${i}`, 'aria-label': label, change: set},
      options,
    );
    select.value = String(sizes[i] ?? 0);
    return select;
  };
  return h('div.choice', [h('span', t0('hiddenSizes')), menuOf(0, 1), menuOf(1, 0)]);
}

/** The seed of the weights: as they were given, or drawn as nn.MLP draws them. */
function seedView() {
  const key = 'lab-seed';
  const set = event => {
    const word = event.target.value.trim();
    choose({
      weights: word === '' ? null : Math.abs(Math.trunc(Number(word))) % (MOST_SEED + 1) || 0,
    });
  };
  const input = h('input', {
    id: key,
    'data-key': key,
    type: 'number',
    min: 0,
    max: MOST_SEED,
    placeholder: t0(isOwnNetwork() ? 'seedGiven' : 'seedZero'),
    value: S.weights ?? '',
    change: set,
  });
  return h('div.choice', [h('label', {for: key}, t0('weights')), input]);
}
