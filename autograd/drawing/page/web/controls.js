/* Settings, tabs, menus, and the transport; each made again only where its words change. */

const PACE = 900; // milliseconds a node while it plays
let playing = 0;

function segmented(label, choices, chosen, choose) {
  const choice = ([value, words, lang = null]) => {
    const attributes = {lang, 'aria-pressed': String(value === chosen)};
    return button(`choice-${value}`, () => choose(value), words, attributes);
  };
  return h('div.segmented', {role: 'group', 'aria-label': label}, choices.map(choice));
}

const withWords = value => [value, t0(value)];

/** A choice of one setting, which has words of its name and of its values. */
const setting = (name, values) =>
  segmented(t0(name), values.map(withWords), S[name], value => change({[name]: value}));

function showSettings() {
  if (showSettings.key === S.language + S.theme) return;
  showSettings.key = S.language + S.theme;
  document.documentElement.lang = S.language;
  document.documentElement.dataset.theme = S.theme;
  write(byId('title'), t0('title'));
  const languages = LANGUAGES.map(language => [language, WORDS[language].itself, language]);
  const choice = segmented(t0('language'), languages, S.language, language => change({language}));
  fill(byId('settings'), choice, setting('theme', THEMES));
  put(byId('card'), 'aria-label', t0('card'));
}

function menu(name, label, options, choose) {
  const key = `menu-${name}`;
  const attributes = {id: key, 'data-key': key, change: event => choose(event.target.value)};
  const select = h('select', attributes, options);
  select.value = String(S[name]);
  return h('div.menu', [h('label', {for: key}, label), select]);
}

const option = (value, words) => h('option', {value}, words);

function showBar() {
  const key = [S.language, S.view, S.root, S.row, S.node, S.epoch, [...S.edits].join()].join('|');
  if (showBar.key === key) return;
  showBar.key = key;
  const attributes = {role: 'tablist', 'aria-label': t0('views'), keydown: moveBetweenTabs};
  const tabs = h('div.tabs', attributes, VIEWS.map(tab));
  put(byId('stage'), 'aria-labelledby', `tab-${S.view}`);
  const menus = [rowMenu(), rootMenu(), nodeMenu()];
  fill(byId('bar'), tabs, h('div.edits-line', editsNow()), h('div.menus', menus));
}

function editsNow() {
  if (!S.edits.size) return null;
  const tag = ([leaf, x]) => h('span.tag', [nameOf(leaf), ` = ${numeral(x)}`]);
  const more = S.edits.size > 4 && ` +${S.edits.size - 4}`;
  const undoAll = button('reset-all', reset, t0('reset'));
  return h('div.edits', [t0('edited'), ' ', [...S.edits].slice(0, 4).map(tag), more, undoAll]);
}

function tab(view) {
  const open = () => {
    stop();
    change({view});
    byId('stage').focus({preventScroll: true});
  };
  return button(`tab-${view}`, open, t0(view), {
    role: 'tab',
    id: `tab-${view}`,
    'aria-controls': 'stage',
    'aria-selected': String(view === S.view),
    tabindex: view === S.view ? 0 : -1,
  });
}

function rowMenu() {
  if (!ROWS || ROWS.numbers.length < 2) return null;
  const flowers = ROWS.features.some(name => /sepal|petal/.test(name));
  const options = ROWS.numbers.map((_, row) => option(row, rowWords(row)));
  return menu('row', t0(flowers ? 'flower' : 'row'), options, row => change({row: Number(row)}));
}

function rootMenu() {
  if (G.roots.length < 2) return null;
  const options = G.roots.map((root, i) => option(i, G.names[root] + classWords(root)));
  return menu('root', t0('root'), options, root => change({root: Number(root)}));
}

const nodeOption = node => option(node, G.names[node]);

function nodeMenu() {
  const groups = {leaves: G.leaves, operations: G.steps, constants: G.constants};
  const options = Object.entries(groups).map(
    ([name, nodes]) =>
      nodes.length > 0 && h('optgroup', {label: t0(name)}, byName(nodes).map(nodeOption)),
  );
  return menu('node', t0('node'), options, node => pick(Number(node)));
}

function rowWords(row) {
  const label = ROWS.labels
    ? ROWS.classes[ROWS.labels[row]] || ROWS.labels[row]
    : TARGETS?.numbers[row].map(x => plain(Number(x))).join(', ');
  const part = ROWS.parts[row] && t0(ROWS.parts[row]);
  return [row + 1, label, part].filter(word => word || word === 0).join(' \u00b7 ');
}

function classWords(root) {
  const name = ROWS?.classes[G.network ? G.network.shares.indexOf(root) : -1];
  return name ? ` ${name}` : '';
}

/** Arrows move the focus between tabs; Enter opens one. So no arrow leaves a view by surprise. */
function moveBetweenTabs(event) {
  const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (!by) return;
  event.preventDefault();
  const tabs = [...event.currentTarget.children];
  tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length].focus();
}

// The transport.

const ICONS = {
  first: 'M3 3h2v10H3zM13 3v10L6 8z',
  previous: 'M11 3v10L4 8z',
  next: 'M5 3v10l7-5z',
  last: 'M11 3h2v10h-2zM3 3v10l7-5z',
};
/** Where each of the buttons leads. */
const MOVES = {
  first: () => 0,
  previous: () => S.step - 1,
  next: () => S.step + 1,
  last: lastStep,
};
let transport = null;

function move(name) {
  stop();
  goTo(MOVES[name]());
}

function makeTransport() {
  const step = name => {
    const icon = {viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true'};
    return button(`go-${name}`, () => move(name), s('svg', icon, s('path', {d: ICONS[name]})), {
      'aria-label': t0(name),
      title: t0(name),
    });
  };
  const drag = event => {
    const position = Number(event.target.value);
    stop();
    goTo(position);
  };
  const parts = {
    language: S.language,
    ...Object.fromEntries(Object.keys(MOVES).map(name => [name, step(name)])),
    play: button('go-play', togglePlay, [], {class: 'play'}),
    slider: slider('go-slider', t0('position'), {min: 0, step: 1, input: drag}),
    result: h('p.result'),
    forward: h('span.forward', t0('forwardRail')),
    backward: h('span.backward', t0('backwardRail')),
  };
  fill(
    byId('transport'),
    parts.result,
    h('div.buttons', [parts.first, parts.previous, parts.play, parts.next, parts.last]),
    h('div.rail', [parts.slider, h('div.rails', [parts.forward, parts.backward])]),
  );
  return parts;
}

function showTransport() {
  byId('transport').hidden = S.view !== 'step';
  if (S.view !== 'step') return;
  if (!transport || transport.language !== S.language) transport = makeTransport();
  const last = lastStep();
  transport.slider.max = last;
  transport.slider.value = S.step;
  transport.slider.setAttribute('aria-valuetext', `${S.step}/${last}: ${stepSentence()}`);
  transport.forward.style.flexGrow = Math.max(1, G.steps.length);
  transport.backward.style.flexGrow = Math.max(1, last - G.steps.length);
  for (const [name, end] of Object.entries({first: 0, previous: 0, next: last, last}))
    put(transport[name], 'aria-disabled', String(S.step === end));
  write(transport.play, t0(playing ? 'pause' : 'play'));
  write(transport.result, `${S.step}/${last} \u00b7 ${stepResult()}`);
}

function goTo(step) {
  const bounded = Math.max(0, Math.min(lastStep(), step));
  if (bounded !== S.step || S.picked) change({step: bounded, picked: false});
}

function togglePlay() {
  if (playing) return stop();
  if (S.step >= lastStep()) change({step: 0, picked: false});
  playing = setInterval(() => {
    goTo(S.step + 1);
    if (S.step >= lastStep()) stop();
  }, PACE);
  showTransport();
}

function stop() {
  if (!playing) return;
  clearInterval(playing);
  playing = 0;
  showTransport();
}

/** What is said of each order. */
const ABOUT = {sorted: 'aboutSorted', unsorted: 'aboutUnsorted', again: 'aboutAgain'};

function orderMenu() {
  const options = Object.keys(ORDERS).map(order => option(order, t0(order)));
  const things = {n: thousands(waysDown(rootNode())), m: visitsInOrder.sorted(rootNode()).length};
  return [
    h('div.order', menu('order', t0('order'), options, chooseOrder)),
    h('p.muted.about', t(ABOUT[S.order], things)),
  ];
}

/** Another order: the view goes to the first visit that is wrong, or to the start of the sweep. */
function chooseOrder(order) {
  stop();
  const first = firstWrongVisit(rootNode(), visitsInOrder[order](rootNode()));
  const visit = order === 'sorted' ? 1 : Math.max(0, first) + 1;
  change({order, picked: false, step: G.steps.length + visit});
}

const KEYS = {Home: 'first', ArrowLeft: 'previous', ArrowRight: 'next', End: 'last'};

function onKey(event) {
  if (S.view !== 'step' || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented)
    return;
  const control = event.target.closest('input, select, textarea');
  const pressed = event.key === ' ' && event.target.closest('button, summary, [role=tab]');
  if (control || pressed || !(event.key in KEYS || event.key === ' ')) return;
  event.preventDefault();
  if (event.key === ' ') togglePlay();
  else move(KEYS[event.key]);
}
