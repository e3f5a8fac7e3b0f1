/* The transport: buttons and a bar for the steps, play, and their keys. */

const PACE = 900; // milliseconds a node while it plays
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
  first: () => 0,
  previous: () => S.step - 1,
  next: () => S.step + 1,
  last: lastStep,
};

function move(name) {
  stop();
  goTo(MOVES[name]());
}

function transportView() {
  const last = lastStep();
  const ends = {first: 0, previous: 0, next: last, last};
  const step = name => {
    const icon = {viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true'};
    return button(`go-${name}`, () => move(name), s('svg', icon, s('path', {d: ICONS[name]})), {
      'aria-label': t0(name),
      title: t0(name),
      'aria-disabled': String(S.step === ends[name]),
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
    h('div.buttons', [step('first'), step('previous'), play, step('next'), step('last')]),
    h('div.rail', [bar, h('div.rails', rails)]),
  ];
}

function goTo(step) {
  const bounded = Math.max(0, Math.min(lastStep(), step));
  if (bounded !== S.step || S.picked) change({step: bounded, picked: false});
}

function togglePlay() {
  if (S.playing) return stop();
  const again = S.step >= lastStep() && {step: 0, picked: false};
  timer = setInterval(() => {
    goTo(S.step + 1);
    if (S.step >= lastStep()) stop();
  }, PACE);
  change({...again, playing: true});
}

function stop() {
  clearInterval(timer);
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
