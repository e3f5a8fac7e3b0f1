/* Settings, tabs and menus. */

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

function settingsView() {
  const languages = LANGUAGES.map(language => [language, WORDS[language].itself, language]);
  const choice = segmented(t0('language'), languages, S.language, language => change({language}));
  return [choice, setting('theme', THEMES), linkView()];
}

function menu(name, label, options, choose) {
  const key = `menu-${name}`;
  const attributes = {id: key, 'data-key': key, change: event => choose(event.target.value)};
  const select = h('select', attributes, options);
  select.value = String(S[name]);
  return h('div.menu', [h('label', {for: key}, label), select]);
}

const option = (value, words) => h('option', {value}, words);

function barView() {
  const attributes = {role: 'tablist', 'aria-label': t0('views'), keydown: moveBetweenTabs};
  const tabs = h('div.tabs', attributes, VIEWS.map(tab));
  const menus = [rowMenu(), rootMenu(), nodeMenu()];
  return [tabs, lessonButton(), h('div.edits-line', editsNow()), h('div.menus', menus)];
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

/** The rows to choose from: made again only for another row, or in another language. */
const rowMenu = remembered(() => {
  if (!ROWS || (ROWS.numbers.length < 2 && !G.exact)) return null;
  const options = ROWS.numbers.map((_, row) => option(row, rowWords(row)));
  if (G.exact) options.push(option('own', ownRowWords()));
  const set = row => (row === 'own' ? startOwn() : change({row: Number(row)}));
  const rows = menu('row', rowWord(), options, set);
  if (hasOwn()) rows.lastChild.value = 'own';
  return whole(rows);
});

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
