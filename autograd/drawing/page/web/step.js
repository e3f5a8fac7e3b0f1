/* Step: the card of the node that works now, or of the one that was picked. */

function stepLead() {
  const now = stepping();
  if (!G.steps.length) return t('nothing');
  if (now.step === 0) return t('leadStart');
  if (now.step === G.steps.length) return withNames('leadReady', {root: rootNode()});
  if (!now.back) return t('leadForward');
  return S.order === 'sorted'
    ? t('leadBackward')
    : t('leadWrong', {count: now.count, all: now.visits.length});
}

function stepCard() {
  const now = stepping();
  const node = S.picked ? S.node : now.node;
  const away = S.picked && node !== now.node;
  const place = h('p.muted.place', [
    `${t0('position')} ${now.step}/${lastStep()}`,
    now.part !== COMPLETE &&
      h('span', t('partOf', {n: now.part, all: productsOf(now.ledger).length})),
    away && button('back', () => change({picked: false}), t('backToStep', {n: now.step})),
  ]);
  const notes = stateNotes();
  const start = () => [h('p.muted', t('keys')), codePanel(now), expression(), costPanel()];
  if (node < 0) return [place, notes, start()];
  const root = rootNode();
  const sorted = S.order === 'sorted';
  const computed = isOperation(node) && now.known(node);
  const handsOn = node === now.node && now.back;
  const done = now.last && !S.picked && sorted;
  return [
    place,
    notes,
    done && h('p.note', withNames('closing', {kinds: leafKinds(leavesOf(root)), root})),
    !sorted && now.back && wrongSummary(now),
    nodeHead(node, now),
    !S.picked && codePanel(now),
    computed && [valueLines(node), curvePanel(node)],
    handsOn ? handing(node, now) : computed && localList(node),
    now.back && !(handsOn && !sorted) && cameFrom(node, now),
    insights(),
  ];
}

/** What is computed, line by line; of a network the picture says it. */
function expression() {
  if (G.network || !G.steps.length) return null;
  const line = node => h('p', [nameOf(node), ' = ', valueFormula(current(), node).names]);
  const lines = G.steps.slice(0, 24).map(line);
  const content = [h('div.formula', lines), andMore(G.steps, lines)];
  return foldable('expression', t0('expression'), content);
}

/** Notes on the whole graph: where it broke, that all is flat, that it can't be turned. */
function stateNotes() {
  const run = current();
  const root = rootNode();
  const notes = [];
  const [first] = origins(run);
  if (first !== undefined) {
    const operands = G.parents[first].slice(0, 8).map(parent => numeral(run.data[parent]));
    notes.push(withNames('broken', {node: first, operands: operands.join(', ')}));
  } else if (isOperation(root) && G.leaves.length && G.leaves.every(leaf => run.grad[leaf] === 0)) {
    const flat = node => below(root)[node] && run.local[node].every(d => d === 0);
    const dead = G.steps.findLast(flat);
    if (dead !== undefined) notes.push(withNames('allZero', {root, node: dead}));
  }
  if (!G.exact) notes.push(t('stopped'));
  if (G.exact && S.edits.size && G.steps.some(node => operation(node) === 'branch'))
    notes.push(t('branch'));
  return notes.map(note => h('p.note', note));
}

/** How far the sum of a node is: what it was handed and will be, and whether that is its grad. */
function gradOf(node, root, now) {
  const inside = below(root)[node] === 1;
  const [received, wanted] = [now.received[node], expected(root)[node]];
  const hasGrad = inside && (node === root ? now.ready : received > 0);
  const summing = hasGrad && node !== root && received < wanted;
  return {inside, received, wanted, hasGrad, summing};
}

/** How many products a node was handed of those it is due; right: whether they are all right. */
function receivedCount(n, all, right) {
  const key = n < all ? 'soFar' : n > all ? 'tooMany' : right ? 'complete' : 'completeWrong';
  return h('span.count', t(key, {n, all}));
}

/** Name, operation, data and grad. */
function nodeHead(node, now) {
  const run = current();
  const root = rootNode();
  const {inside, wanted, received, hasGrad, summing} = gradOf(node, root, now);
  const kind = operation(node) || t0(isConstant(node) ? 'constant' : 'given');
  const counted = node !== root && inside && now.back && wanted > 0;
  return [
    h('h2', {title: fullName(node)}, [nameOf(node), ' ', h('small', kind)]),
    h('dl.two', [
      h('div', [
        h('dt', 'data'),
        h('dd.data', now.known(node) ? notAsWhole(run.data[node]) : t('unknownYet')),
      ]),
      h('div', [
        h('dt', ['grad ', inside && fraction(root, node)]),
        h('dd', {class: summing ? 'grad part' : 'grad'}, [
          hasGrad ? numeral(now.grad[node]) : !inside && now.ready ? '0' : '\u00b7',
          counted && receivedCount(received, wanted, close(now.grad[node], run.grad[node])),
        ]),
      ]),
    ]),
  ];
}

/** The formula with names, with numbers, and the result. */
function valueLines(node) {
  const run = current();
  const formula = valueFormula(run, node);
  return h('div.formula', [
    h('p', [nameOf(node), ' = ', formula.names]),
    formula.numbers && h('p', ['= ', formula.numbers]),
    h('p', [
      `${formula.numbers ? sign(formula.numbers, run.data[node]) : '='} `,
      h('b.data', numeral(run.data[node])),
    ]),
  ]);
}

function localList(node) {
  const slots = slotsOf(node).filter(slot => !isConstant(G.parents[node][slot]));
  const formulas = slots.slice(0, 24).map(slot => derivativeFormula(current(), node, slot));
  const content = [list('ul.plain', formulas), andMore(slots, formulas)];
  return foldable('local', t0('localDerivatives'), content);
}

/** The ledger of a node that hands on: before + handed = after, for each parent. */
function handing(node, now) {
  const run = current();
  const root = rootNode();
  const wanted = expected(root)[node];
  const visit = now.visits.slice(0, now.count).filter(one => one === node).length;
  const early = node !== root && now.had < wanted;
  const why =
    visit > 1 ? 'handsAgain' : early ? 'handsEarly' : node === root ? 'handsRoot' : 'handsWhy';
  const things = {
    node: nameOf(node),
    times: visit,
    n: early ? now.had : wanted,
    all: wanted,
    grad: numeral(run.grad[node]),
  };
  const isAsExecuted = S.by === 'product' || now.part !== COMPLETE;
  const order = isAsExecuted ? now.ledger.map(line => line.slot) : slotsOf(node);
  const handed = productsOf(now.ledger).sort(
    (a, b) => order.indexOf(a.slot) - order.indexOf(b.slot),
  );
  const lines = handed.slice(0, 24).map(line => ledgerLine(line, node, now));
  return [
    h(visit > 1 || early ? 'p.note' : 'p.muted', t(why, things)),
    foldable('hands', t0('hands'), [list('ul.plain.ledger', lines), andMore(handed, lines)]),
  ];
}

/** One parent: the local derivative by name, what it is handed, and its sum before and after. */
function ledgerLine(line, node, now) {
  const run = current();
  const wanted = expected(rootNode())[line.parent];
  const place = now.ledger.indexOf(line);
  const grad = now.grad[node];
  const lines = [
    h('p', derivativeFormula(run, node, line.slot)),
    h('p', [
      h('b', [nameOf(line.parent), '.grad']),
      ' += ',
      equation(localTimesGrad(line.local, grad), line.handed),
    ]),
  ];
  if (place >= now.cut) return [lines, h('p.muted', t('notHandedOn'))];
  const isLatest = now.part !== COMPLETE && place === now.cut - 1;
  return h('div', {class: isLatest && 'latest'}, [
    lines,
    h('p', [
      h('span.muted', [t0('ledger'), ' ']),
      sumEquation(
        [line.before, line.handed],
        line.after,
        line.received < wanted ? 'grad part' : 'grad',
      ),
      ' ',
      receivedCount(line.received, wanted, close(line.after, run.grad[line.parent])),
    ]),
  ]);
}

/** A local derivative times a gradient, each in its color. */
const localTimesGrad = (local, grad) => [
  h('span.local', brief(local)),
  TIMES,
  h('span.grad', factor(grad)),
];

/** The products that a node was handed, and why they are added. */
function cameFrom(node, now) {
  const run = current();
  const sources = usesOf(node, rootNode());
  if (!sources.length || now.received[node] < sources.length) return null;
  const products = sources.map(([child, slot]) => run.local[child][slot] * run.grad[child]);
  const listed = sources.slice(0, 12).map(([child, slot], i) => {
    const product = localTimesGrad(run.local[child][slot], run.grad[child]);
    return [nameOf(child), ': ', equation(product, products[i])];
  });
  return foldable('came', t0('came'), [
    list('ul.plain', listed),
    andMore(sources, listed),
    sources.length > 1 &&
      listed.length === sources.length &&
      h('p.formula', sumEquation(products, run.grad[node])),
    h(
      'p.muted',
      withNames(sources.length > 1 ? 'cameWhy' : 'cameOne', {node, n: String(sources.length)}),
    ),
  ]);
}

/** Which gradients a wrong order gets wrong, beside the true ones. */
function wrongSummary(now) {
  const run = current();
  const root = rootNode();
  const first = firstWrongVisit(root, now.visits);
  const leaves = leavesOf(root);
  const different = leaves.filter(leaf => !close(now.grad[leaf], run.grad[leaf]));
  const wrong = now.last && different.length > 0;
  const cut = S.order === 'again' && now.visits.length === MOST_VISITS;
  const things = {n: different.length, all: leaves.length, kinds: leafKinds(leaves)};
  const cells = leaf => [
    h('th', {scope: 'row'}, nameOf(leaf)),
    h('td', numeral(now.grad[leaf])),
    h('td.grad', numeral(run.grad[leaf])),
  ];
  const rows = different.slice(0, 12).map(cells);
  const head = ['name', 'wrongGot', 'wrongTrue'].map(key => h('th', t0(key)));
  return [
    first < 0 && S.order === 'unsorted' && h('p.muted', t('closingLucky')),
    cut && h('p.muted', t('cut', {n: MOST_VISITS, all: String(waysDown(root))})),
    wrong && h('p.note', t('closingWrong', things)),
    wrong &&
      foldable('wrong', t0('wrongTitle'), [
        table('table.wrong-sums', head, rows),
        andMore(different, rows),
      ]),
  ];
}

/** How many leaves there are, of a network by kind: 44 of weights and 4 of inputs. */
function leafKinds(leaves) {
  const inputs = leaves.filter(leaf => G.network?.inputs.includes(leaf)).length;
  const things = {n: leaves.length, parameters: leaves.length - inputs, inputs};
  return say(G.network ? 'kindsOfLeaves' : 'leafCount', things);
}

/** How often a recursion visits operations: once for each way down from the root. */
const waysDown = remembered(root => {
  const ways = waysTo(root);
  return G.steps.reduce((sum, node) => sum + ways[node], 0n);
});

/** One sentence for the present step. */
function stepSentence() {
  const now = stepping();
  const run = current();
  if (now.node < 0) return say('sayStart');
  if (!now.back)
    return say('sayForward', {node: G.names[now.node], x: numeral(run.data[now.node])});
  if (now.part !== COMPLETE) return productSentence(now);
  const list = productsOf(now.ledger)
    .slice(0, 8)
    .map(line => `${G.names[line.parent]} ${numeral(line.handed)}`)
    .join(', ');
  return say('sayBackward', {node: G.names[now.node], x: numeral(now.grad[now.node]), list});
}

/** The present step in a few words, for where there is room for one line. */
function stepResult() {
  const now = stepping();
  if (now.node < 0) return say('sayStart');
  if (now.part !== COMPLETE) return productResult(now);
  return now.back
    ? `${G.names[now.node]}: grad ${numeral(now.grad[now.node])}`
    : `${G.names[now.node]}: data ${numeral(current().data[now.node])}`;
}
