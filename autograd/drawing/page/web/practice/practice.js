/* Practice: a question about the graph, the answer and why; the count of those that were right. */

const LONGEST = 60; // letters of an answer
/** What belongs to an answer, and goes when another question is asked. */
const UNANSWERED = {answer: '', hint: 0};
/** What else makes the question another one. */
const OF_QUESTION = ['task', 'root', 'row', 'own', 'truth', 'course', 'epoch', 'edits'];
/** The count of this visit: of the questions answered, so far right, right in a row. */
Object.assign(state, {tally: {asked: 0, right: 0, streak: 0, counted: new Set()}});
holdInAddress(
  {task: 1, ...UNANSWERED},
  {
    task: word => numberOfWord(word, 1e7) || null,
    answer: word => word.slice(0, LONGEST),
    hint: word => numberOfWord(word, 1),
  },
);
FOLLOWING.push(patch => OF_QUESTION.some(name => name in patch) && UNANSWERED);

const practiceQuestion = remembered(() =>
  G.steps.length ? questionOf(current(), rootNode(), S.task) : null,
);
const practiceVerdict = remembered(() =>
  practiceQuestion() ? practiceVerdictOf(practiceQuestion(), S.answer) : null,
);
const practiceIsDone = () => Boolean(practiceVerdict()?.done);

/** The address of a question without its answer: each is counted once. */
const questionKey = () =>
  [S.task, S.root, S.row, S.own, S.truth, S.epoch, ...S.edits].map(String).join('|');

function giveAnswer(text) {
  if (practiceIsDone()) return askNext();
  change({answer: text.trim()});
  byId('card').querySelector('.practice .verdict')?.scrollIntoView({block: 'nearest'});
  if (practiceIsDone()) bringLitIntoView();
  const key = questionKey();
  const given = practiceVerdict();
  if (!given || given.again || S.tally.counted.has(key)) return;
  const {asked, right, streak, counted} = S.tally;
  const tally = {
    asked: asked + 1,
    right: right + (given.right ? 1 : 0),
    streak: given.right ? streak + 1 : 0,
    counted: new Set([...counted, key]),
  };
  change({tally});
}

function askNext() {
  change({task: S.task + 1});
  byId('card').scrollTop = 0;
  bringIntoView();
}

/** The next question by a key: what can be answered gets the focus, as the button may be gone. */
function nextByButton(event) {
  askNext();
  if (event.detail === 0)
    byId('card').querySelector('.practice .answer')?.focus({preventScroll: true});
}

const practiceLead = () => t('leadPractice');

function practiceCard() {
  const asked = practiceQuestion();
  if (!asked) return [stateNotes(), h('p.muted', t(G.steps.length ? 'practiceNone' : 'nothing'))];
  const {asked: n, right, streak} = S.tally;
  return h('section.practice', [
    n > 0 && h('p.muted.visit', t('tally', {right, n, streak})),
    h('h2', [t('practiceTitle', {n: S.task}), ' ', h('small', t0(`kind ${asked.kind}`))]),
    ASKED[asked.kind](asked),
    asked.given && givenNumbers(asked),
    asked.choices ? choiceList(asked) : answerLine(asked),
    h('div', {role: 'status'}, verdictLine()),
    S.hint > 0 && !practiceIsDone() && h('p.muted', hintWords(asked)),
    practiceButtons(),
    practiceIsDone() && explanation(asked),
  ]);
}

/** What is asked, kind by kind. */
const ASKED = {
  factor: one => [h('p', withNames('askFactor', wordsOf(one))), factorsOf(one)],
  name: one => [h('p', withNames('askName', wordsOf(one))), factorsOf(one)],
  product: one => [h('p', withNames('askProduct', wordsOf(one))), factorsOf(one)],
  sum: one => [
    h('p', withNames('askSum', {...wordsOf(one), n: String(one.paths.length)})),
    list(
      'ol.plain.routes',
      one.paths.map((edges, i) => routeAndProduct(one, edges, i)),
    ),
  ],
  increment: one => [
    h('p', withNames('askIncrement', wordsOf(one))),
    list('ul.plain', [
      [nameOf(one.start), '.grad = ', h('b.grad', numeral(one.asked.before))],
      [slope(one.end, one.start), ' = ', h('b.local', brief(one.asked.local))],
      [nameOf(one.end), '.grad = ', h('b.grad', brief(one.asked.grad))],
    ]),
  ],
  slot: one => [
    h('p', withNames('askSlot', wordsOf(one))),
    h('p.formula', [nameOf(one.end), ' = ', valueFormula(current(), one.end).names]),
  ],
};

/** The names in the text of a question. */
const wordsOf = one => ({
  node: one.start,
  root: one.end,
  slope: slope(one.end, one.start),
  asked: Array.isArray(one.asked) ? slope(one.asked[0], startOfEdge(one.asked)) : '',
  route: routeAlong(one.start, one.edges),
});

const startOfEdge = ([node, slot]) => G.parents[node][slot];

/** The local derivatives along the path, by name and as numbers, but for the one that is asked. */
function factorsOf(one) {
  const numbers = localsOf(current(), one.edges).map((x, i) =>
    one.edges[i] === one.asked ? h('b', '?') : (i ? factor : brief)(x),
  );
  const names = one.edges.map(edge => slope(edge[0], startOfEdge(edge)));
  return h('div.formula', [
    h('p', joined(names, TIMES)),
    h('p', ['= ', h('span.local', joined(numbers, TIMES))]),
  ]);
}

const routeAndProduct = (one, edges, i) => [
  h('span.route', routeAlong(one.start, edges)),
  h('b.grad', brief(one.products[i])),
];

function givenNumbers(one) {
  const number = node => h('span', [nameOf(node), ' = ', h('b.data', givenNumber(node))]);
  return h('p.given', [h('span.muted', t0('givenNumbers')), one.given.map(number)]);
}

const givenNumber = node => notAsWhole(current().data[node]);

function answerLine(one) {
  const key = `answer ${questionKey()}`;
  const input = h('input.answer', {
    type: 'text',
    inputmode: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    maxlength: LONGEST,
    'data-key': key,
    'aria-label': say(`kind ${one.kind}`),
    readonly: practiceIsDone(),
    value: S.answer === SHOW ? numeral(one.answer) : S.answer || null,
    keydown: event => {
      if (event.key === 'Enter') giveAnswer(event.target.value);
    },
  });
  const check = event => giveAnswer(event.currentTarget.parentNode.firstChild.value);
  return h('div.answer-line', [
    input,
    !practiceIsDone() && button('check', check, t0('practiceCheck')),
  ]);
}

function choiceList(one) {
  const answered = Number(S.answer || Number.NaN);
  const choice = ({make}, i) => {
    const mark = practiceIsDone() && i === one.answer ? '\u2713 ' : i === answered ? '\u2717 ' : '';
    const chosen = {class: 'answer', 'aria-pressed': String(i === answered)};
    return button(
      `answer${i} ${questionKey()}`,
      () => !practiceIsDone() && giveAnswer(String(i)),
      [mark, make()],
      chosen,
    );
  };
  return list('ol.plain.choices', one.choices.map(choice));
}

function verdictLine() {
  const found = practiceVerdict();
  if (!found) return null;
  const sign = found.right ? '\u2713 ' : found.done ? '' : '\u2717 ';
  return h('p.verdict', [sign, withNames(found.word, found.things)]);
}

function practiceButtons() {
  const done = practiceIsDone();
  return h('div.buttons', [
    !done &&
      button('hint', () => showHint(), t0('practiceHint'), {
        'aria-pressed': String(Boolean(S.hint)),
      }),
    !done && button('reveal', () => giveAnswer(SHOW), t0('practiceReveal')),
    button('next-question', nextByButton, t0('practiceNext'), {class: done ? 'play' : null}),
  ]);
}

function showHint() {
  change({hint: S.hint ? 0 : 1});
  bringLitIntoView();
}

/** The edges that are lit: in the end the path, before that what the hint is. */
function litEdges() {
  if (practiceIsDone()) return practiceQuestion().edges;
  return S.hint ? practiceQuestion().hint : [];
}

const endsOfEdges = edges => new Set(edges.flatMap(edge => [edge[0], startOfEdge(edge)]));

/** Scroll to what is lit, all of it where there is room. */
function bringLitIntoView() {
  const ends = endsOfEdges(litEdges());
  const parts = picture().nodes.filter(part => part.nodes.some(node => ends.has(node)));
  for (const part of parts.sort((a, b) => b.y - a.y)) bringAboveSheet(part);
}

/** Why: the formula of the local derivative, the product of the path, the sum. */
function explanation(one) {
  const run = current();
  const along = () => {
    const numbers = localsOf(run, one.edges);
    return [
      slope(one.end, one.start),
      ' ',
      h('span.muted', t0('alongPath')),
      ' = ',
      equation(productOf(numbers), product(numbers)),
    ];
  };
  const WHY = {
    factor: () => [derivativeFormula(run, ...one.asked), one.edges.length > 1 && along()],
    product: () => [along()],
    sum: () => [[slope(one.end, one.start), ' = ', equation(sumOf(one.products), one.answer)]],
    increment: () => {
      const {before, local, grad} = one.asked;
      const formula = [numeral(before), ' + ', factor(local), TIMES, factor(grad)];
      return [[nameOf(one.start), '.grad = ', equation(formula, one.answer)]];
    },
    slot: () => [derivativeFormula(run, ...one.asked)],
  };
  const lines = (WHY[one.kind] ?? WHY.factor)().filter(isThere);
  return [h('p.muted', withNames(`why ${one.kind}`, wordsOf(one))), list('ul.plain.why', lines)];
}

/** The picture keeps to itself what is asked; a hint is a place in it, and in the end the path. */
function practiceLights() {
  const rest = restingLights();
  const asked = practiceQuestion();
  if (!asked) return rest;
  const done = practiceIsDone();
  const edges = litEdges();
  const keys = new Set(edges.map(([node, slot]) => `${node}:${slot}`));
  const ends = endsOfEdges(edges);
  const isTold = node => done || (asked.kind === 'increment' && node > asked.start);
  return {
    ...rest,
    gradOf: node => ({...rest.gradOf(node), has: rest.gradOf(node).has && isTold(node)}),
    isChosen: node => S.picked && node === S.node,
    nodeClass: own => (own.some(node => ends.has(node)) ? 'on' : ''),
    litSlot: part => part.slots.find(slot => keys.has(`${part.child}:${slot}`)) ?? null,
    litClass: 'path',
    litWidth: (_part, _slot, width) => Math.max(3.5, width),
    isFaint: () => edges.length > 0,
    hidesLocals: !done,
  };
}

/** The node to keep in view: where the hint is, else where the path starts. */
function practiceWatched() {
  const asked = practiceQuestion();
  if (!asked) return S.node;
  return S.hint || practiceIsDone() ? asked.hint.at(-1)[0] : asked.edges[0][0];
}

function practiceSentence() {
  const asked = practiceQuestion();
  if (!asked) return t0(G.steps.length ? 'practiceNone' : 'nothing');
  const title = say('practiceTitle', {n: S.task});
  return `${title}: ${t0(`kind ${asked.kind}`)}${S.hint ? `. ${hintWords(asked)}` : ''}`;
}

/** Where to look, in words; of many edges that they are lit. */
function hintWords({hint}) {
  const edge = one => `${G.names[startOfEdge(one)]} \u2192 ${G.names[one[0]]}`;
  return hint.length > 2 ? t0('hintLit') : say('hintIs', {list: hint.map(edge).join(', ')});
}
