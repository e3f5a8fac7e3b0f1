/* The guided lesson: one question at a time, a guess first, then why. Each stop has a state of the
 * page that asks and one that answers, as the address has them. */

/** The first row that is answered wrong after an epoch, or -1; -1 too where that takes long. */
function firstWrongRow(epoch) {
  if (!ROWS?.labels || ROWS.numbers.length * G.size > COST) return -1;
  return ROWS.numbers.findIndex(
    (_, row) => answerOf(forward(givenLeaves(row, epoch))).answer !== ROWS.labels[row],
  );
}

/** The words of a stop's state; null where they name a wrong row and there is none. */
function wordsOfState(text) {
  const words = new URLSearchParams(text);
  if (words.get('row') === 'wrong') {
    const row = firstWrongRow(READERS.epoch(words.get('epoch') ?? '0'));
    if (row < 0) return null;
    words.set('row', row);
  }
  return words;
}

/** The stops, which are about the network that the page was made of, with their states in words. */
const STOPS = (isOwnNetwork() ? DATA.lesson : [])
  .map(stop => ({
    ...stop,
    before: wordsOfState(stop.before),
    after: stop.after && wordsOfState(stop.after),
  }))
  .filter(stop => stop.before && stop.after !== null);

DEFAULTS.lesson = 0; // which stop, from 1; 0 is none
READERS.lesson = word => numberOfWord(word, STOPS.length);
Object.assign(state, {lesson: 0, lastStop: 1, answered: new Map()});

const stopNow = () => STOPS[S.lesson - 1];

/** What an address starts from: the state of its stop, if it has one. */
function startAt(lesson) {
  if (!lesson) return START;
  return {...stateOf(STOPS[lesson - 1].before, START), lesson};
}

/** What stays as the reader has it. */
const ownSettings = () => ({language: S.language, theme: S.theme, width: S.width});

// Whether the lesson was seen is kept in the browser, where a page may keep anything.

const SEEN = `chainrule lesson ${JSON.stringify(STOPS[0]?.question ?? '').slice(0, 80)}`;

function wasSeen() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return true; // it could not be remembered, and would open again and again
  }
}

function rememberSeen() {
  try {
    localStorage.setItem(SEEN, 'seen');
  } catch {
    // in a frame without storage the lesson does not open by itself
  }
}

/** An address with the lesson, where it asks for nothing: the lesson opens the first visit. */
function withLesson(address) {
  const settings = Object.keys(ownSettings());
  const words = new URLSearchParams(address);
  if (!STOPS.length || [...words.keys()].some(word => !settings.includes(word)) || wasSeen())
    return address;
  words.set('lesson', 1);
  return words.toString();
}

/** Show a state of the page, with the settings of the reader; training that was done here ends. */
function showState(found) {
  stop();
  pause();
  Object.assign(state, found, ownSettings());
  const address = addressNow();
  if (isOther(dataFor(BASE, address))) {
    setAddress(address);
    return open(address);
  }
  trainAsTheAddressSays();
  change({path: S.path});
  byId('stage').scrollTop = 0;
  bringIntoView();
}

function goToStop(number) {
  if (number > 1) rememberSeen();
  showState({...startAt(number), lastStop: number});
  byId('lesson-question')?.focus({preventScroll: true});
}

function leaveLesson() {
  rememberSeen();
  change({lesson: 0});
  byId('bar').querySelector('[data-key=lesson-open]')?.focus({preventScroll: true});
}

function lessonButton() {
  if (!STOPS.length) return null;
  const open = () => (S.lesson ? leaveLesson() : goToStop(S.lastStop));
  const attributes = {'aria-expanded': String(S.lesson > 0), class: 'lesson-open'};
  return button('lesson-open', open, t0('lesson'), attributes);
}

// Answers: of each stop what was tried, and how it ended.

const answerOfStop = () => S.answered.get(S.lesson) ?? {tried: [], text: ''};
const isEnded = () => ['right', 'shown'].includes(answerOfStop().verdict);

function setAnswer(patch) {
  change({answered: new Map(S.answered).set(S.lesson, {...answerOfStop(), ...patch})});
}

/** The question is over: its numbers stay, the page shows why. */
function endQuestion(patch) {
  const context = contextNow();
  const {after} = stopNow();
  setAnswer({...patch, context});
  if (after) showState({...stateOf(after, START), lesson: S.lesson});
  byId('lesson').querySelector('[data-key=lesson-next]')?.focus({preventScroll: true});
}

function checkNumber(text) {
  if (isEnded()) return toNextStop();
  const context = contextNow();
  const verdict = verdictOfTyped(text, numberOfFormula(context, stopNow().answer), context.data);
  if (verdict === 'right') endQuestion({verdict, text});
  else setAnswer({verdict, text});
}

function chooseReply(number) {
  if (isEnded()) return;
  if (number === stopNow().answer) endQuestion({verdict: 'right'});
  else setAnswer({verdict: 'lessonNotThis', tried: [...answerOfStop().tried, number]});
}

const showAnswer = () => endQuestion({verdict: 'shown'});
const toNextStop = () => (S.lesson < STOPS.length ? goToStop(S.lesson + 1) : leaveLesson());

// The panel.

function lessonView() {
  if (!S.lesson) return null;
  const open = isOpen('lesson');
  const attributes = {'data-key': `stop${S.lesson}`};
  return h(open ? 'div.lesson.open' : 'div.lesson', attributes, [
    lessonHead(open),
    open && h('div.lesson-asked', [questionView(), verdictView()]),
    open && h('div.lesson-replies', [answerView(), nextButton()]),
  ]);
}

function lessonHead(open) {
  const to = (key, number, sign) =>
    button(key, () => goToStop(number), sign, {
      'aria-label': t0(key),
      title: t0(key),
      disabled: number < 1 || number > STOPS.length,
    });
  const icon = (key, click, sign, attributes) =>
    button(`lesson-${key}`, click, sign, {'aria-label': t0(key), title: t0(key), ...attributes});
  const folding = {'aria-expanded': String(open)};
  return h('div.lesson-head', [
    h('h2', t0('lesson')),
    h('span.muted', t('lessonOf', {n: S.lesson, all: STOPS.length})),
    open ? dots() : h('p.question', lessonText(stopNow().question, contextOfStop())),
    h('div.buttons', [
      open && to('lessonBack', S.lesson - 1, '\u2039'),
      open && to('lessonForward', S.lesson + 1, '\u203a'),
      icon('lessonFold', () => fold('lesson'), open ? '\u2212' : '+', folding),
      icon('lessonLeave', leaveLesson, '\u00d7'),
    ]),
  ]);
}

function dots() {
  const dot = (_, i) =>
    h('i', {class: classes('dot', S.answered.get(i + 1)?.verdict, i + 1 === S.lesson && 'here')});
  return h('span.dots', {'aria-hidden': 'true'}, STOPS.map(dot));
}

/** The numbers of a question that is over stay those that it was asked with. */
const contextOfStop = () => answerOfStop().context ?? contextNow();

const questionView = () =>
  h(
    'p.question',
    {id: 'lesson-question', tabindex: -1},
    lessonText(stopNow().question, contextOfStop()),
  );

function answerView() {
  const {answer, choices} = stopNow();
  if (answer === null) return null;
  return choices.length ? choicesView() : numberView();
}

function choicesView() {
  const {answer, choices} = stopNow();
  const {tried} = answerOfStop();
  const choice = (text, number) => {
    const isRight = isEnded() && number === answer;
    const isWrong = tried.includes(number);
    const mark = isRight ? '\u2713 ' : isWrong ? '\u2717 ' : '';
    return button(
      `lesson-choice${number}`,
      () => chooseReply(number),
      [mark, lessonText(text, contextOfStop())],
      {
        class: classes(isRight && 'right', isWrong && 'wrong') || null,
        'aria-disabled': isEnded() || isWrong ? 'true' : null,
      },
    );
  };
  const attributes = {role: 'group', 'aria-labelledby': 'lesson-question'};
  return h('div.lesson-choices', attributes, choices.map(choice));
}

function numberView() {
  const {text, verdict} = answerOfStop();
  if (verdict === 'shown') return null;
  const input = h('input', {
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    'data-key': `lesson-input${S.lesson}`,
    'aria-labelledby': 'lesson-question',
    'aria-describedby': 'lesson-status',
    placeholder: t0('lessonPlaceholder'),
    readonly: isEnded(),
    keydown: event => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      checkNumber(event.currentTarget.value);
    },
  });
  const typed = () => byId('lesson').querySelector('input').value;
  const check = button('lesson-check', () => checkNumber(typed()), t0('lessonCheck'));
  if (text) input.value = text;
  return h('div.lesson-number', [input, !isEnded() && check]);
}

function verdictView() {
  const {verdict} = answerOfStop();
  const {answer, choices, why} = stopNow();
  const content = [];
  if (isEnded()) {
    const value = () => formulaShown(contextOfStop(), answer);
    const head = choices.length
      ? [verdict === 'right' ? `\u2713 ${t0('lessonRight')}` : t0('lessonShown')]
      : t(verdict === 'right' ? 'lessonRightNumber' : 'lessonShownNumber', {x: value()});
    content.push(h('b.verdict', head), ' ', lessonText(why, contextNow()));
  } else if (verdict) content.push(h('b.verdict', '\u2717 '), t(verdict));
  return h('div', {id: 'lesson-status', role: 'status'}, content.length > 0 && h('p', content));
}

function nextButton() {
  if (!isEnded() && stopNow().answer !== null)
    return button('lesson-show', showAnswer, t0('lessonShow'), {class: 'lesson-show'});
  const last = S.lesson === STOPS.length;
  return button('lesson-next', toNextStop, t0(last ? 'lessonEnd' : 'lessonNext'), {class: 'play'});
}
