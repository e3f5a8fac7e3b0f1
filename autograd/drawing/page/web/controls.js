/* Settings, tabs, menus, and the transport; each made again only where its words change. */

const PACE = 900; // milliseconds a node while it plays
let playing = 0;

function segmented(label, choices, chosen, choose) {
  return h(
    'div',
    {class: 'segmented', role: 'group', 'aria-label': label},
    ...choices.map(([value, words, language]) =>
      h(
        'button',
        {
          type: 'button',
          lang: language || null,
          'data-key': `choice-${value}`,
          'aria-pressed': String(value === chosen),
          click: () => choose(value),
        },
        words,
      ),
    ),
  );
}

function showSettings() {
  if (showSettings.key === S.language + S.theme) return;
  showSettings.key = S.language + S.theme;
  document.documentElement.lang = S.language;
  document.documentElement.dataset.theme = S.theme;
  write(byId('title'), t0('title'));
  fill(
    byId('settings'),
    segmented(
      t0('language'),
      [
        ['en', 'English', 'en'],
        ['ko', '한국어', 'ko'],
      ],
      S.language,
      language => change({language}),
    ),
    segmented(
      t0('theme'),
      THEMES.map(theme => [theme, t0(theme)]),
      S.theme,
      theme => change({theme}),
    ),
  );
  put(byId('card'), 'aria-label', t0('card'));
}

function menu(label, options, chosen, choose, key) {
  const select = h(
    'select',
    {id: key, 'data-key': key, change: event => choose(event.target.value)},
    options,
  );
  select.value = String(chosen);
  return h('div', {class: 'menu'}, h('label', {for: key}, label), select);
}

const option = (value, words) => h('option', {value}, words);

function showBar() {
  const key = [S.language, S.view, S.root, S.row, S.node, S.epoch, [...S.edits].join()].join('|');
  if (showBar.key === key) return;
  showBar.key = key;
  const tabs = h(
    'div',
    {class: 'tabs', role: 'tablist', 'aria-label': t0('views'), keydown: moveBetweenTabs},
    ...VIEWS.map(view =>
      h(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${view}`,
          'data-key': `tab-${view}`,
          'aria-controls': 'stage',
          'aria-selected': String(view === S.view),
          tabindex: view === S.view ? 0 : -1,
          click: () => {
            stop();
            change({view});
            byId('stage').focus({preventScroll: true});
          },
        },
        t0(view),
      ),
    ),
  );
  put(byId('stage'), 'aria-labelledby', `tab-${S.view}`);
  const menus = [];
  if (ROWS && ROWS.numbers.length > 1) {
    menus.push(
      menu(
        t0(ROWS.features.some(name => /sepal|petal/.test(name)) ? 'flower' : 'row'),
        ROWS.numbers.map((_, row) => option(row, rowWords(row))),
        S.row,
        row => change({row: Number(row)}),
        'menu-row',
      ),
    );
  }
  if (G.roots.length > 1) {
    menus.push(
      menu(
        t0('root'),
        G.roots.map((root, i) => option(i, G.names[root] + classWords(root))),
        S.root,
        root => change({root: Number(root)}),
        'menu-root',
      ),
    );
  }
  const list = [
    [t0('leaves'), G.leaves],
    [t0('operations'), G.steps],
    [t0('constants'), G.names.map((_, node) => node).filter(isConstant)],
  ];
  menus.push(
    menu(
      t0('node'),
      list
        .filter(([, nodes]) => nodes.length)
        .map(([label, nodes]) =>
          h(
            'optgroup',
            {label},
            nodes.map(node => option(node, G.names[node])),
          ),
        ),
      S.node,
      node => pick(Number(node)),
      'menu-node',
    ),
  );
  const edits =
    S.edits.size > 0 &&
    h(
      'div',
      {class: 'edits'},
      t0('edited'),
      ' ',
      [...S.edits]
        .slice(0, 4)
        .map(([leaf, x]) => h('span', {class: 'tag'}, nameOf(G.names[leaf]), ` = ${numeral(x)}`)),
      S.edits.size > 4 && ` +${S.edits.size - 4}`,
      h('button', {type: 'button', 'data-key': 'reset-all', click: reset}, t0('reset')),
    );
  fill(
    byId('bar'),
    tabs,
    h('div', {class: 'edits-line'}, edits),
    h('div', {class: 'menus'}, menus),
  );
}

function rowWords(row) {
  const label = ROWS.labels ? ` \u00b7 ${ROWS.classes[ROWS.labels[row]] || ROWS.labels[row]}` : '';
  const part = ROWS.parts[row] ? ` \u00b7 ${t0(ROWS.parts[row])}` : '';
  return rowNumber(row) + label + part;
}

function classWords(root) {
  const k = G.network ? G.network.shares.indexOf(root) : -1;
  return k >= 0 && ROWS && ROWS.classes[k] ? ` ${ROWS.classes[k]}` : '';
}

/** Arrows move the focus between tabs; Enter opens one. So no arrow leaves a view by surprise. */
function moveBetweenTabs(event) {
  const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (!by) return;
  event.preventDefault();
  const tabs = [...event.currentTarget.children];
  const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
  next.focus();
}

// The transport.

const ICONS = {
  first: 'M3 3h2v10H3zM13 3v10L6 8z',
  previous: 'M11 3v10L4 8z',
  next: 'M5 3v10l7-5z',
  last: 'M11 3h2v10h-2zM3 3v10l7-5z',
};
let transport = null;

function makeTransport() {
  const button = (name, go) =>
    h(
      'button',
      {
        type: 'button',
        'data-key': `go-${name}`,
        'aria-label': t0(name),
        title: t0(name),
        click: () => {
          stop();
          go();
        },
      },
      s(
        'svg',
        {viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true'},
        s('path', {d: ICONS[name]}),
      ),
    );
  const parts = {
    language: S.language,
    first: button('first', () => goTo(0)),
    previous: button('previous', () => goTo(S.step - 1)),
    next: button('next', () => goTo(S.step + 1)),
    last: button('last', () => goTo(lastStep())),
    play: h('button', {type: 'button', class: 'play', 'data-key': 'go-play', click: togglePlay}),
    slider: h('input', {
      type: 'range',
      min: 0,
      step: 1,
      'aria-label': t0('position'),
      'data-key': 'go-slider',
      input: event => {
        const step = Number(event.target.value);
        stop();
        goTo(step);
      },
    }),
    result: h('p', {class: 'result'}),
  };
  parts.forward = h('span', {class: 'forward'}, t0('forwardRail'));
  parts.backward = h('span', {class: 'backward'}, t0('backwardRail'));
  fill(
    byId('transport'),
    parts.result,
    h('div', {class: 'buttons'}, parts.first, parts.previous, parts.play, parts.next, parts.last),
    h(
      'div',
      {class: 'rail'},
      parts.slider,
      h('div', {class: 'rails'}, parts.forward, parts.backward),
    ),
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
  for (const name of ['first', 'previous'])
    put(transport[name], 'aria-disabled', String(S.step === 0));
  for (const name of ['next', 'last'])
    put(transport[name], 'aria-disabled', String(S.step === last));
  write(transport.play, t0(playing ? 'pause' : 'play'));
  write(transport.result, `${S.step}/${last} \u00b7 ${stepResult()}`);
}

function goTo(step) {
  const bounded = Math.max(0, Math.min(lastStep(), step));
  if (bounded !== S.step || S.picked) change({step: bounded, picked: false});
}

function togglePlay() {
  if (playing) {
    stop();
    return;
  }
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

function orderMenu() {
  return h(
    'div',
    {class: 'order'},
    menu(
      t0('order'),
      Object.keys(ORDERS).map(order => option(order, t0(order))),
      S.order,
      chooseOrder,
      'menu-order',
    ),
  );
}

/** Another order: the view goes to the first visit that is wrong, or to the start of the sweep. */
function chooseOrder(order) {
  stop();
  const first = firstWrongVisit(rootNode(), visitsInOrder[order](rootNode()));
  change({
    order,
    picked: false,
    step: G.steps.length + (order === 'sorted' ? 1 : Math.max(0, first) + 1),
  });
}

const STEP_KEYS = {
  ArrowLeft: () => goTo(S.step - 1),
  ArrowRight: () => goTo(S.step + 1),
  Home: () => goTo(0),
  End: () => goTo(lastStep()),
  ' ': togglePlay,
};

function onKey(event) {
  if (S.view !== 'step' || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented)
    return;
  const control = event.target.closest('input, select, textarea');
  const pressed = event.key === ' ' && event.target.closest('button, summary, [role=tab]');
  if (control || pressed || !(event.key in STEP_KEYS)) return;
  event.preventDefault();
  if (event.key !== ' ') stop();
  STEP_KEYS[event.key]();
}
