/* The page: everything that shows the state, in order, and what changes it from outside. */

const cardBody = h('div');
const cardTurn = h('div');
byId('card').append(cardBody, cardTurn);
let bar = null;

/** What each view has for the parts of the page: above the picture, in the card, in speech. */
const PARTS_OF_VIEWS = {
  step: {lead: stepLead, card: stepCard, sentence: stepSentence},
  paths: {
    lead: () => told('leadPaths', {node: S.node, root: rootNode()}),
    card: pathsCard,
    sentence: pathsSentence,
  },
  training: {
    lead: () => t('leadTraining', {optimizer: TRAINING.optimizer}),
    card: trainingCard,
    sentence: epochName,
  },
};

function showLegend() {
  const key = (kind, word) => h('span', [kind && h('i', {class: kind}), t0(word)]);
  const network = Boolean(G.network);
  fill(
    byId('legend'),
    key('', network ? 'legendClick' : 'legendBox'),
    h('span.data', t0('legendData')),
    h('span.grad', t0('legendGrad')),
    S.view === 'step' && [key('', 'legendUnknown'), h('span.part', t0('legendPart'))],
    network
      ? [key('positive', 'legendPositive'), key('negative', 'legendNegative')]
      : key('', 'legendNegativeLocal'),
    key('', 'legendWidth'),
    S.view === 'paths' && key('on', 'legendPath'),
    S.view !== 'training' && h('span.local', t0('legendChip')),
    network && key('', 'legendSum'),
  );
}

function showBelow() {
  if (TRAINING) {
    if (bar?.language !== S.language) bar = {language: S.language, ...epochBar()};
    bar.update();
  }
  const mapWidth = Math.max(280, Math.min(560, byId('stage').clientWidth));
  const rows = [
    S.view === 'step' && orderMenu(),
    G.network && h('div.width', [h('span', t0('width')), setting('width', WIDTHS)]),
    !G.network && !DATA.places && h('p.note', t('groups', {n: G.size})),
    S.view === 'training' && ROWS.labels && answerMap(mapWidth),
    S.view === 'training' && TARGETS && regressionPlots(mapWidth),
  ].filter(isThere);
  // The bar of epochs is left in its place while it is dragged.
  if (bar && byId('epochs').firstChild !== bar.element) fill(byId('epochs'), bar.element);
  fill(byId('below'), rows);
}

let spoken = '';

function speak() {
  const sentence = PARTS_OF_VIEWS[S.view].sentence();
  if (sentence !== spoken) write(byId('live'), sentence);
  spoken = sentence;
}

function render() {
  nameConstants();
  showSettings();
  showBar();
  fill(byId('lead'), PARTS_OF_VIEWS[S.view].lead());
  showPicture();
  showLegend();
  showTransport();
  showBelow();
  fill(cardBody, PARTS_OF_VIEWS[S.view].card());
  const leaf = S.view === 'paths' || (S.view === 'step' && S.picked) ? S.node : null;
  const turning = turnPanel(leaf);
  if (cardTurn.firstChild !== turning) cardTurn.replaceChildren(...(turning ? [turning] : []));
  showTable();
  keepInView();
  speak();
}

document.addEventListener('keydown', onKey);
byId('picture').addEventListener('keydown', onPictureKey);
byId('all').addEventListener('toggle', showTable);
window.addEventListener('hashchange', () => {
  stop();
  readAddress();
  render();
});
new ResizeObserver(() => {
  if (document.documentElement.clientWidth !== render.width) {
    render.width = document.documentElement.clientWidth;
    room = 0;
    render();
  }
}).observe(document.documentElement);

Object.assign(DEFAULTS, opening());
readAddress();
render.width = document.documentElement.clientWidth;
render();
