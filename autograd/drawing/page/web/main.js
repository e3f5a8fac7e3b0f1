/* The page: everything that shows the state, in order, and what changes it from outside. */

const cardBody = h('div', {});
const cardTurn = h('div', {});
byId('card').append(cardBody, cardTurn);
let bar = null;

function lead() {
  if (S.view === 'step') return stepLead();
  if (S.view === 'paths') return told('leadPaths', {node: S.node, root: rootNode()});
  return t('leadTraining', {optimizer: TRAINING.optimizer});
}

function showLegend() {
  const key = (kind, word) => h('span', {}, kind && h('i', {class: kind}), t0(word));
  const network = Boolean(G.network);
  fill(
    byId('legend'),
    key('', network ? 'legendClick' : 'legendBox'),
    h('span', {class: 'data'}, t0('legendData')),
    h('span', {class: 'grad'}, t0('legendGrad')),
    S.view === 'step' && key('', 'legendUnknown'),
    S.view === 'step' && h('span', {class: 'part'}, t0('legendPart')),
    network
      ? [key('positive', 'legendPositive'), key('negative', 'legendNegative')]
      : key('', 'legendNegativeLocal'),
    key('', 'legendWidth'),
    S.view === 'paths' && key('on', 'legendPath'),
    S.view !== 'training' && key('', 'legendChip'),
    network && key('', 'legendSum'),
  );
}

function showBelow() {
  const rows = [];
  if (TRAINING) {
    if (!bar || bar.language !== S.language) bar = {language: S.language, ...epochBar()};
    bar.update();
    rows.push(bar.element);
  }
  if (S.view === 'step') rows.push(orderMenu());
  if (G.network) {
    rows.push(
      h(
        'div',
        {class: 'width'},
        h('span', {}, t0('width')),
        segmented(
          t0('width'),
          WIDTHS.map(width => [width, t0(width)]),
          S.width,
          width => change({width}),
        ),
      ),
    );
  }
  if (!G.network && !DATA.places) rows.push(h('p', {class: 'note'}, t('groups', {n: G.size})));
  const map =
    S.view === 'training' && ROWS.labels
      ? answerMap(Math.max(280, Math.min(560, byId('stage').clientWidth)))
      : null;
  // The bar of epochs is left in its place while it is dragged.
  const box = byId('below');
  if (bar && box.firstChild === bar.element) {
    while (bar.element.nextSibling) bar.element.nextSibling.remove();
    box.append(...rows.slice(1), ...(map ? [map] : []));
  } else fill(box, rows, map);
}

let spoken = '';

function speak() {
  const sentence =
    S.view === 'step'
      ? stepSentence()
      : S.view === 'paths'
        ? pathsSentence()
        : `${t0('epoch')} ${TRAINING.epochs[S.epoch]}`;
  if (sentence !== spoken) write(byId('live'), sentence);
  spoken = sentence;
}

function render() {
  nameConstants();
  showSettings();
  showBar();
  fill(byId('lead'), lead());
  showPicture();
  showLegend();
  showTransport();
  showBelow();
  fill(
    cardBody,
    S.view === 'step' ? stepCard() : S.view === 'paths' ? pathsCard() : trainingCard(),
  );
  const leaf = S.view === 'paths' || (S.view === 'step' && S.picked) ? S.node : null;
  const turning = turnPanel(leaf);
  if (cardTurn.firstChild !== turning) cardTurn.replaceChildren(...(turning ? [turning] : []));
  showTable();
  speak();
}

document.addEventListener('keydown', onKey);
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

readAddress();
render.width = document.documentElement.clientWidth;
render();
