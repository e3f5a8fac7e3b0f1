/* The transport: buttons and a bar for the steps, play, and their keys. */

const RAILS = {forward: 'forwardRail', backward: 'backwardRail'};
let timer = 0; // runs while the state is playing

const ICONS = {
  first: 'M3 3h2v10H3zM13 3v10L6 8z',
  previous: 'M11 3v10L4 8z',
  next: 'M5 3v10l7-5z',
  last: 'M11 3h2v10h-2zM3 3v10l7-5z',
};
/** Where each of the buttons leads. */
const MOVES = {
  first: () => ({step: 0}),
  previous: () => BACK[S.by](S),
  next: () => FORTH[S.by](S),
  last: () => ({step: lastStep()}),
};

function move(name) {
  stop();
  const {step, part} = MOVES[name]();
  if (name === 'next') goOn();
  else goTo(step, part);
}

function transportView() {
  const last = lastStep();
  const isDisabled = name => (name === 'next' || name === 'last' ? isAtEnd() : S.step === 0);
  const step = name => {
    const icon = {viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true'};
    return button(`go-${name}`, () => move(name), s('svg', icon, s('path', {d: ICONS[name]})), {
      'aria-label': t0(name),
      title: t0(name),
      'aria-disabled': String(isDisabled(name)),
    });
  };
  const bar = slider('go-slider', t0('position'), {
    min: 0,
    max: last,
    step: 1,
    value: S.step,
    'aria-valuetext': `${S.step}/${last}: ${stepSentence()}`,
    input: event => {
      const position = Number(event.target.value);
      stop();
      goTo(position);
    },
  });
  const rail = (kind, steps) => {
    const part = h(`span.${kind}`, t0(RAILS[kind]));
    part.style.flexGrow = Math.max(1, steps);
    return part;
  };
  const play = button('go-play', togglePlay, t0(S.playing ? 'pause' : 'play'), {class: 'play'});
  const rails = [rail('forward', G.steps.length), rail('backward', last - G.steps.length)];
  return [
    h('p.result', `${S.step}/${last} \u00b7 ${stepResult()}`),
    h('div.buttons', [
      step('first'),
      step('previous'),
      play,
      step('next'),
      step('last'),
      speedMenu(),
    ]),
    h('div.by', [h('span', t0('by')), byChoice()]),
    h('div.rail', [bar, h('div.rails', rails)]),
  ];
}

function goTo(step, part = COMPLETE) {
  const bounded = Math.max(0, Math.min(lastStep(), step));
  if (bounded === S.step && part === S.part && !S.picked) return;
  change({step: bounded, part, picked: false, flight: null});
}

/** On by a product, a node or a layer; what is handed on is seen to move. */
function goOn() {
  if (isAtEnd()) return goTo(S.step);
  const [from, to] = [{step: S.step, part: S.part}, MOVES.next()];
  change({...to, picked: false, flight: flightTo(from, to)});
  takeOff();
  if (!isNarrow()) byId('card').querySelector('.latest')?.scrollIntoView({block: 'nearest'});
}

const speedWord = speed => `${speed}${TIMES.trim()}`;

function speedMenu() {
  const options = SPEEDS.map(speed => option(speed, speedWord(speed)));
  const select = menu('speed', t0('speed'), options, speed => change({speed: Number(speed)}));
  select.firstChild.classList.add('unseen');
  return select;
}

const byChoice = () =>
  segmented(
    t0('by'),
    UNITS.map(unit => [unit, t0(`by ${unit}`)]),
    S.by,
    by => change({by}),
  );

function togglePlay() {
  if (S.playing) return stop();
  const again = isAtEnd() && {step: 0, picked: false, flight: null};
  const next = () => {
    goOn();
    if (isAtEnd()) stop();
    else timer = setTimeout(next, paceNow());
  };
  timer = setTimeout(next, paceNow());
  change({...again, playing: true});
}

function stop() {
  clearTimeout(timer);
  if (S.playing) change({playing: false});
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
