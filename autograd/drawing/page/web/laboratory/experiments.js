/* Experiments with the training: each a link, and a panel that shows what happens. */

const EXPERIMENT_PANELS = {
  rates: ratesPanel,
  zero: zeroPanel,
  equal: equalPanel,
  saturated: saturatedPanel,
  bias: biasPanel,
  losses: lossesPanel,
};

/** Whether an experiment makes sense here: that with the losses is about classes. */
const isPossible = name => name !== 'losses' || Boolean(G.network?.shares.length);

const addressOf = name =>
  new URLSearchParams({
    view: 'training',
    experiment: name,
    ...EXPERIMENTS[name],
    node: nodeWord(S.node),
    language: S.language,
    theme: S.theme,
  }).toString();

/** The list of experiments: links, so that each can be passed on. */
function experimentsView() {
  const link = name => {
    const go = event => {
      event.preventDefault();
      setAddress(addressOf(name));
      openAddress(addressOf(name));
    };
    const current = S.experiment === name && 'true';
    const attributes = {href: `#${addressOf(name)}`, click: go, 'aria-current': current};
    return h('a', {'data-key': `experiment-${name}`, ...attributes}, t0(`experiment ${name}`));
  };
  const names = Object.keys(EXPERIMENTS).filter(isPossible);
  return foldable(
    'experiments',
    t0('experiments'),
    () => list('ul.experiments', names.map(link)),
    !isNarrow(),
  );
}

/** The panel of the experiment that is chosen. */
function experimentCard() {
  if (!S.experiment || !isPossible(S.experiment) || S.running) return null;
  const end = button('end-experiment', () => change({experiment: ''}), t0('endExperiment'));
  return h('div.experiment', [
    h('h3', t0(`experiment ${S.experiment}`)),
    EXPERIMENT_PANELS[S.experiment](),
    end,
  ]);
}

/** A table that may be wider than the card, which then scrolls. */
const inScroll = content =>
  h(
    'div.scroll',
    {role: 'region', tabindex: 0, 'aria-label': t0(`experiment ${S.experiment}`)},
    content,
  );

const SHOWN_RATES = [0.01, 0.5, 10];
const SHOWN_EPOCHS = 40;

/** A small, a middle and a large learning rate from the same start, on the same scale. */
const trainedAtRates = remembered(() =>
  SHOWN_RATES.map(lr => {
    const one = newTrainer({optimizer: 'sgd', lr, batch: 0, zeroGrad: true});
    while (one.epoch < SHOWN_EPOCHS && !one.fault) one.finishEpoch();
    return {lr, losses: one.measured.loss};
  }),
);

function ratesPanel() {
  const all = trainedAtRates();
  const high = 1.5 * Math.max(...all.map(({losses}) => losses[0]));
  const [width, height, left, bottom] = [Math.floor(S.cardWidth / 3) - 6, 100, 30, 16];
  const start = all[0].losses[0];
  const px = onLine(1, SHOWN_EPOCHS, left, width - 4);
  const py = onLine(0, high, height - bottom, 8);
  const one = ({lr, losses}) => {
    const points = losses.map(loss => Math.min(loss, high));
    const svg = canvas('svg.plot', width, height, `${lr}: ${numeral(losses.at(-1))}`, [
      lineAt('line.axis', left, height - bottom, width - 4, height - bottom),
      lineAt('line.axis.cut', left, py(high), width - 4, py(high)),
      [0, start, high].map(y => textAt('text', left - 3, py(y) + 4, 'end', numeral(y, 2))),
      curves(
        losses.map((_, i) => i + 1),
        points,
        px,
        py,
        'polyline.curve',
      ),
      textAt('text', width - 4, height - 3, 'end', SHOWN_EPOCHS),
    ]);
    const things = {
      first: numeral(losses[0], FEW_DIGITS),
      last: numeral(losses.at(-1), FEW_DIGITS),
    };
    return h('figure', [
      h('figcaption', `lr = ${lr}`),
      svg,
      h('p.muted', t(verdictOf(losses), things)),
    ]);
  };
  return [h('p', t('aboutRates', {n: SHOWN_EPOCHS})), h('div.side-by-side', all.map(one))];
}

/** How a loss went, in a word. */
function verdictOf(losses) {
  if (jumps(losses) || losses.at(-1) > losses[0]) return 'rateLarge';
  return losses.at(-1) > 0.7 * losses[0] ? 'rateSmall' : 'rateRight';
}

const SHOWN_STEPS = 3;

/** The gradient, .grad and the weight over a few steps, with zero_grad and without it. */
const stepsOf = remembered(zeroGrad => {
  const one = newTrainer({optimizer: 'sgd', batch: 0, zeroGrad});
  const i = one.parameters.indexOf(chosenParameter());
  return Array.from({length: SHOWN_STEPS}, () => {
    const before = one.sums[i];
    const weight = one.numbers[i];
    one.finishEpoch();
    const kept = zeroGrad ? 0 : before;
    return {weight, kept, gradient: one.sums[i] - kept, sum: one.sums[i], after: one.numbers[i]};
  });
});

function zeroPanel() {
  const line = ({weight, kept, gradient, sum, after}, i) => [
    h('th', {scope: 'row'}, i + 1),
    h('td', [numeral(kept), ' + ', factor(gradient)]),
    h('td.grad', numeral(sum)),
    h('td', [brief(weight), ' \u2192 ', h('span.data', numeral(after))]),
  ];
  const head = ['step', 'keptPlusNew', 'gradNow', 'weightNow'].map(key =>
    h('th', t0(`zero ${key}`)),
  );
  const part = (key, zeroGrad) => [
    h('p', h('b', t0(key))),
    h(
      'div.scroll',
      table(
        'table',
        head.map(cell => cell.cloneNode(true)),
        stepsOf(zeroGrad).map(line),
      ),
    ),
  ];
  return [
    h('p', withNames('aboutZero', {node: chosenParameter()})),
    part('zeroDone', true),
    part('zeroForgotten', false),
  ];
}

/** The rows of a table: for each neuron of a layer the mean gradient by its weights. */
function gradientsOfLayer(layer) {
  const rows = G.network.layers[layer].slice(0, 8);
  const cells = neuron => [
    h('th', {scope: 'row'}, nameOf(neuron.nodes.at(-1))),
    neuron.weights
      .slice(0, 6)
      .map(weight => h('td.grad', numeral(meanGradient(weight), FEW_DIGITS))),
  ];
  const head = [
    h('th'),
    rows[0].weights.slice(0, 6).map((_, i) => h('th', t('weightNumber', {n: i + 1}))),
  ];
  return inScroll(table('table', head, rows.map(cells)));
}

function equalPanel() {
  const show = () => change({view: 'paths', node: G.network.inputs[0]});
  return [
    h('p', t0('aboutEqual')),
    gradientsOfLayer(0),
    h('p', t0('equalAfter')),
    button('equal-paths', show, t0('equalPaths')),
  ];
}

/** For each layer the sizes of the gradients of all rows by its weights, the middle one of them. */
const sizesByLayer = remembered(start => {
  const one = newTrainer({}, start);
  const sizes = G.network.layers.map(() => []);
  for (const row of trainingRows()) {
    const grad = one.sweepRow(row);
    for (const [i, layer] of G.network.layers.entries())
      for (const weight of layer.flatMap(neuron => neuron.weights))
        sizes[i].push(Math.abs(grad[weight]));
  }
  return sizes.map(median);
});

const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function saturatedPanel() {
  const [drawn, large] = ['drawn', 'large'].map(start => sizesByLayer(start));
  const most = largestSize([...drawn, ...large]);
  const cells = (_, i) => [
    h('th', {scope: 'row'}, t('layerNumber', {n: i + 1})),
    h('td.grad', [numeral(drawn[i], FEW_DIGITS), shareBar(drawn[i], most)]),
    h('td.grad', [numeral(large[i], FEW_DIGITS), shareBar(large[i], most)]),
  ];
  const head = [h('th'), h('th', t0('drawn')), h('th', t0('large'))];
  return [
    h('p', t('aboutSaturated', {p: percent(passing().flat)})),
    inScroll(table('table.by-layer', head, drawn.map(cells))),
    h('p', t0('saturatedWhy')),
  ];
}

function biasPanel() {
  const neurons = NEURONS.filter(neuron => neuron.bias !== null);
  if (!neurons.length) return null;
  const leaves = leavesNow();
  const cells = neuron => {
    const [sum] = neuron.nodes.slice(-2);
    return [
      h('th', {scope: 'row'}, nameOf(neuron.bias)),
      h('td.data', numeral(leaves[neuron.bias])),
      h('td', slope(sum, neuron.bias)),
      h('td.local', '1'),
      h('td.grad', numeral(meanGradient(neuron.bias))),
    ];
  };
  const head = ['name', 'biasData', 'biasLocal', 'biasOne', 'biasGrad'].map(key =>
    h('th', t0(key)),
  );
  return [h('p', t0('aboutBias')), inScroll(table('table', head, neurons.slice(0, 12).map(cells)))];
}

/** The same outputs z under two losses: what each hands to z, for the chosen row. */
function lossesPanel() {
  const {data} = current();
  const cells = (node, k, {length}) => {
    const target = Number(trueClass() === k);
    const [share, alone] = [data[G.network.shares[k]], FUNCTIONS.sigmoid(data[node])];
    return [
      h('th', {scope: 'row'}, [nameOf(node), ` = ${brief(data[node])}`]),
      h('td', String(target)),
      h('td.data', numeral(share)),
      h('td.grad', numeral(share - target)),
      h('td.data', numeral(alone)),
      h('td.grad', numeral((2 * (alone - target) * alone * (1 - alone)) / length)),
    ];
  };
  const head = ['z', 'target', 'softmax', 'handed', 'sigmoid', 'handed'].map(key =>
    h('th', t0(`losses ${key}`)),
  );
  return [
    h('p', t('aboutLosses', {row: hasOwn() ? ownRowWords() : `${rowWord()} ${S.row + 1}`})),
    inScroll(table('table', head, outputNodes().map(cells))),
    h('p', t0('lossesWhy')),
  ];
}
