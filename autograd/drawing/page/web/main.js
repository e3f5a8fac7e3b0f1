/* The page: its regions as functions of the state, and what changes the state from outside. */

/** What each view has for the parts of the page: the lead, lights of the picture, card, speech. */
const PARTS_OF_VIEWS = {
  step: {lead: stepLead, lights: stepLights, card: stepCard, sentence: stepSentence},
  paths: {
    lead: () => withNames('leadPaths', {node: S.node, root: rootNode()}),
    lights: pathLights,
    card: pathsCard,
    sentence: pathsSentence,
  },
  training: {
    lead: () => t('leadTraining', {optimizer: optimizerShown()}),
    lights: restingLights,
    card: trainingCard,
    sentence: epochName,
  },
  practice: {
    lead: practiceLead,
    lights: practiceLights,
    card: practiceCard,
    sentence: practiceSentence,
  },
};
const view = () => PARTS_OF_VIEWS[S.view];

/** The optimizer that is chosen; that of a course that was given may be one without a choice. */
function optimizerShown() {
  return S.optimizer === SETTINGS_GIVEN.optimizer ? S.course.optimizer : t0(S.optimizer);
}

/** What stands in each part of the page. */
const REGIONS = {
  title: () => t0('title'),
  settings: settingsView,
  bar: barView,
  lesson: lessonView,
  lead: () => view().lead(),
  legend: legendView,
  transport: () => S.view === 'step' && transportView(),
  epochs: () => S.course && [epochBar(), S.view === 'training' && laboratoryView()],
  below: belowView,
  card: cardView,
  all: tableView,
  live: () => view().sentence(),
};

function legendView() {
  const key = (kind, word) => h('span', [kind && h('i', {class: kind}), t0(word)]);
  const network = Boolean(G.network);
  return [
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
  ];
}

function belowView() {
  return [
    S.view === 'step' && orderMenu(),
    G.network && h('div.width', [h('span', t0('width')), setting('width', WIDTHS)]),
    !G.network && !DATA.places && h('p.note', t('groups', {n: G.size})),
    S.view === 'training' && ROWS.labels && answerMap(),
    S.view === 'training' && TARGETS && regressionPlots(),
  ];
}

function cardView() {
  const turns = S.view === 'paths' || (S.view === 'step' && S.picked);
  const turned = h('div', turnPanel(turns ? S.node : null));
  return [sheetHandle(), ownPanel(), h('div', view().card()), turned];
}

function render() {
  document.documentElement.lang = S.language;
  document.documentElement.dataset.theme = S.theme;
  document.documentElement.dataset.sheet = S.sheet;
  put(byId('card'), 'aria-label', t0('card'));
  put(byId('lesson'), 'aria-label', t0('lesson'));
  put(byId('stage'), 'aria-labelledby', `tab-${S.view}`);
  byId('transport').hidden = S.view !== 'step';
  for (const [id, region] of Object.entries(REGIONS)) show(byId(id), region());
  showPicture();
}

/** The sizes that the page is laid out for. */
function measured() {
  return {
    windowWidth: document.documentElement.clientWidth,
    windowHeight: window.innerHeight,
    pictureWidth: Math.max(280, byId('picture').clientWidth),
    cardWidth: Math.max(240, byId('card').clientWidth - 42),
  };
}

const closing = new AbortController();
const {signal} = closing;
document.addEventListener('keydown', onKey, {signal});
byId('picture').addEventListener('keydown', onPictureKey);
byId('picture').addEventListener('mousedown', onPictureDown);
watchFrame(byId('picture'), signal);
byId('all').addEventListener('toggle', () => change({tableIsOpen: byId('all').open}));
window.addEventListener('hashchange', () => openAddress(location.hash.slice(1)), {signal});
document.addEventListener('visibilitychange', () => document.hidden && pause(), {signal});

/** Lay out again where the window has another size, or a scroll bar takes some of its width. */
function onResize() {
  const now = measured();
  if (Object.keys(now).every(name => now[name] === S[name])) return;
  change(now);
  bringIntoView();
}
window.addEventListener('resize', onResize, {signal});
const sizes = new ResizeObserver(onResize);
sizes.observe(document.documentElement);

/** Show what an address says; another network opens the page again. */
function openAddress(address) {
  clearTimeout(addressTimer); // of a change before: it would write over a next address
  stop();
  pause();
  if (isOther(dataFor(BASE, address))) return open(address);
  readAddress(address);
  trainAsTheAddressSays();
  render();
  bringIntoView();
}

/** End what goes on by itself; what stays where the page is opened again. */
function endPage() {
  stop();
  clearFlight();
  pause();
  clearTimeout(addressTimer);
  closing.abort();
  sizes.disconnect();
  const {folded, sheet, answered, lastStop} = S;
  return {folded, sheet, answered, lastStop, stops: STOPS};
}

// What the address leaves out.
const START = {...DEFAULTS, edits: new Map(), ...opening()};
Object.assign(state, kept, measured());
openAddress(withLesson(address));
