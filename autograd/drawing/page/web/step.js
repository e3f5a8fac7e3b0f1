/* Step: the card of the node that works now, or of the one that was picked. */

function stepLead() {
  const now = moment();
  const root = () => nameOf(G.names[rootNode()]);
  if (!G.steps.length) return t('nothing');
  if (now.step === 0) return t('leadStart');
  if (now.step === G.steps.length) return t('leadReady', {root: root()});
  if (!now.back) return t('leadForward');
  return S.order === 'sorted'
    ? t('leadBackward')
    : t('leadWrong', {count: now.count, all: now.visits.length});
}

function stepCard() {
  const now = moment();
  const node = S.picked ? S.node : now.node;
  const place = h(
    'p',
    {class: 'muted place'},
    `${t0('position')} ${now.step}/${lastStep()}`,
    S.picked &&
      node !== now.node &&
      h(
        'button',
        {type: 'button', 'data-key': 'back', click: () => change({picked: false})},
        t('backToStep', {n: now.step}),
      ),
  );
  const notes = stateNotes();
  if (node < 0) return [place, notes, h('p', {class: 'muted'}, t('keys'))];
  const working = node === now.node;
  return [
    place,
    notes,
    now.last &&
      !S.picked &&
      S.order === 'sorted' &&
      h(
        'p',
        {class: 'note'},
        t('closing', {
          n: G.leaves.filter(leaf => below(rootNode())[leaf]).length,
          root: nameOf(G.names[rootNode()]),
        }),
      ),
    S.order !== 'sorted' && now.back && wrongSummary(now),
    nodeHead(node, now),
    isOperation(node) && now.known(node) && valueLines(node),
    working && now.back
      ? handing(node, now)
      : isOperation(node) && now.known(node) && localList(node),
    !(working && now.back && S.order !== 'sorted') && now.back && cameFrom(node, now),
  ];
}

/** Notes on the whole graph: where it broke, that all is flat, that it can't be turned. */
function stateNotes() {
  const run = current();
  const root = rootNode();
  const notes = [];
  const [first] = origins(run);
  if (first !== undefined) {
    notes.push(
      t('broken', {
        node: nameOf(G.names[first]),
        operands: G.parents[first]
          .slice(0, 8)
          .map((parent, i) => [i ? ', ' : '', numeral(run.data[parent])]),
      }),
    );
  } else if (isOperation(root) && G.leaves.length && G.leaves.every(leaf => run.grad[leaf] === 0)) {
    const dead = [...G.steps]
      .reverse()
      .find(node => below(root)[node] && run.local[node].every(d => d === 0));
    if (dead !== undefined)
      notes.push(t('allZero', {root: nameOf(G.names[root]), node: nameOf(G.names[dead])}));
  }
  if (!G.exact) notes.push(t('stopped'));
  if (G.exact && S.edits.size && G.steps.some(node => operation(node) === 'branch'))
    notes.push(t('branch'));
  return notes.map(note => h('p', {class: 'note'}, note));
}

/** Name, operation, data and grad. */
function nodeHead(node, now) {
  const run = current();
  const known = now.known(node);
  const wanted = expected(rootNode())[node];
  const received = now.received[node];
  const inside = below(rootNode())[node];
  const isRoot = node === rootNode();
  const hasGrad = inside && (isRoot ? now.ready : received > 0);
  const kind = isOperation(node)
    ? operation(node)
    : isConstant(node)
      ? t0('constant')
      : t0('given');
  const count =
    !isRoot && inside && now.back && wanted > 0
      ? h(
          'span',
          {class: 'count'},
          t(received < wanted ? 'soFar' : 'complete', {n: received, all: wanted}),
        )
      : null;
  return [
    h('h2', {title: fullName(node)}, nameOf(G.names[node]), ' ', h('small', {}, kind)),
    h(
      'dl',
      {class: 'two'},
      h(
        'div',
        {},
        h('dt', {}, 'data'),
        h('dd', {class: 'data'}, known ? numeral(run.data[node]) : t('unknownYet')),
      ),
      h(
        'div',
        {},
        h('dt', {}, 'grad ', inside === 1 && fraction(G.names[rootNode()], G.names[node])),
        h(
          'dd',
          {class: received < wanted && hasGrad && !isRoot ? 'grad part' : 'grad'},
          hasGrad ? numeral(now.grad[node]) : !inside && now.ready ? '0' : '\u00b7',
          count,
        ),
      ),
    ),
  ];
}

/** The formula with names, with numbers, and the result. */
function valueLines(node) {
  const run = current();
  const formula = valueFormula(run, node);
  return h(
    'div',
    {class: 'formula'},
    h('p', {}, nameOf(G.names[node]), ' = ', formula.names),
    formula.numbers && h('p', {}, '= ', formula.numbers),
    h(
      'p',
      {},
      `${formula.numbers ? sign(formula.numbers, run.data[node]) : '='} `,
      h('b', {class: 'data'}, numeral(run.data[node])),
    ),
  );
}

function someSlots(node) {
  return slotsOf(node)
    .filter(slot => !isConstant(G.parents[node][slot]))
    .slice(0, 24);
}

function localList(node) {
  const run = current();
  return [
    h('h3', {}, t0('localDerivatives')),
    h(
      'ul',
      {class: 'plain'},
      ...someSlots(node).map(slot => h('li', {}, derivativeFormula(run, node, slot))),
    ),
  ];
}

/** The ledger of a node that hands on: before + handed = after, for each parent. */
function handing(node, now) {
  const run = current();
  const root = rootNode();
  const wanted = expected(root)[node];
  const grad = now.grad[node];
  const visit = now.visits.slice(0, now.count).filter(one => one === node).length;
  const received = receivedBefore(node, now);
  let why = t(node === root ? 'handsRoot' : 'handsWhy', {node: nameOf(G.names[node]), n: wanted});
  let wrong = false;
  if (visit > 1) {
    why = t('handsAgain', {node: nameOf(G.names[node]), times: visit});
    wrong = true;
  } else if (node !== root && received < wanted) {
    why = t('handsEarly', {
      node: nameOf(G.names[node]),
      n: received,
      all: wanted,
      grad: numeral(run.grad[node]),
    });
    wrong = true;
  }
  const order = slotsOf(node);
  const lines = [...now.ledger]
    .sort((a, b) => order.indexOf(a.slot) - order.indexOf(b.slot))
    .filter(line => !isConstant(line.parent))
    .slice(0, 24);
  return [
    h('p', {class: wrong ? 'note' : 'muted'}, why),
    h('h3', {}, t0('hands')),
    h('ul', {class: 'plain ledger'}, ...lines.map(line => ledgerLine(line, node, grad))),
  ];
}

/** One parent: the local derivative by name, what it is handed, and its sum before and after. */
function ledgerLine(line, node, grad) {
  const wanted = expected(rootNode())[line.parent];
  const part = line.received < wanted;
  return h(
    'li',
    {},
    h('p', {}, derivativeFormula(current(), node, line.slot)),
    h(
      'p',
      {},
      h('b', {}, nameOf(G.names[line.parent]), '.grad'),
      ' += ',
      equation(brief(line.local) + TIMES + factor(grad), line.handed),
    ),
    h(
      'p',
      {},
      h('span', {class: 'muted'}, t0('ledger'), ' '),
      equation(
        `${brief(line.before)} + ${factor(line.handed)}`,
        line.after,
        part ? 'grad part' : 'grad',
      ),
      ' ',
      h(
        'span',
        {class: 'count'},
        t(part ? 'soFar' : 'complete', {n: Math.min(line.received, wanted), all: wanted}),
      ),
    ),
  );
}

function receivedBefore(node, now) {
  return now.visits
    .slice(0, now.count - 1)
    .reduce((sum, visited) => sum + G.parents[visited].filter(parent => parent === node).length, 0);
}

/** The products that a node was handed, and why they are added. */
function cameFrom(node, now) {
  const root = rootNode();
  const run = current();
  const sources = G.children[node].filter(([child]) => below(root)[child]);
  if (sources.length < 2 || now.received[node] < sources.length) return null;
  const products = sources.map(([child, slot]) => run.local[child][slot] * run.grad[child]);
  const listed = sources.slice(0, 12);
  return [
    h('h3', {}, t0('came')),
    h(
      'ul',
      {class: 'plain'},
      ...listed.map(([child, slot], i) =>
        h(
          'li',
          {},
          nameOf(G.names[child]),
          ': ',
          equation(brief(run.local[child][slot]) + TIMES + factor(run.grad[child]), products[i]),
        ),
      ),
    ),
    listed.length === sources.length &&
      h('p', {class: 'formula'}, equation(sumOf(products), run.grad[node])),
    h('p', {class: 'muted'}, t('cameWhy', {node: nameOf(G.names[node]), n: sources.length})),
  ];
}

/** Which gradients a wrong order gets wrong, beside the true ones. */
function wrongSummary(now) {
  const run = current();
  const root = rootNode();
  const first = firstWrongVisit(root, now.visits);
  const leaves = G.leaves.filter(leaf => below(root)[leaf]);
  const different = leaves.filter(leaf => !close(now.grad[leaf], run.grad[leaf]));
  const notes = [];
  if (first < 0 && S.order === 'unsorted') notes.push(h('p', {class: 'muted'}, t('closingLucky')));
  if (S.order === 'recursion' && now.visits.length === MOST_VISITS) {
    notes.push(h('p', {class: 'muted'}, t('cut', {n: MOST_VISITS, all: String(waysDown(root))})));
  }
  if (!now.last || !different.length) return notes;
  notes.push(
    h('p', {class: 'note'}, t('closingWrong', {n: different.length, all: leaves.length})),
    h('h3', {}, t0('wrongTitle')),
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', {}, t0('name')),
          h('th', {}, t0('wrongGot')),
          h('th', {}, t0('wrongTrue')),
        ),
      ),
      h(
        'tbody',
        {},
        ...different
          .slice(0, 12)
          .map(leaf =>
            h(
              'tr',
              {},
              h('th', {scope: 'row'}, nameOf(G.names[leaf])),
              h('td', {}, numeral(now.grad[leaf])),
              h('td', {class: 'grad'}, numeral(run.grad[leaf])),
            ),
          ),
      ),
    ),
  );
  return notes;
}

/** How often plain recursion visits operations: once for each way down from the root. */
function waysDown(root) {
  const ways = waysTo(root);
  return G.steps.reduce((sum, node) => sum + ways[node], 0n);
}

/** One sentence for the present step. */
function stepSentence() {
  const now = moment();
  const run = current();
  if (now.node < 0) return say('sayStart');
  if (!now.back)
    return say('sayForward', {node: G.names[now.node], x: numeral(run.data[now.node])});
  const list = now.ledger
    .filter(line => !isConstant(line.parent))
    .slice(0, 8)
    .map(line => `${G.names[line.parent]} ${numeral(line.handed)}`)
    .join(', ');
  return say('sayBackward', {node: G.names[now.node], x: numeral(now.grad[now.node]), list});
}

/** The present step in a few words, for where there is room for one line. */
function stepResult() {
  const now = moment();
  if (now.node < 0) return say('sayStart');
  return now.back
    ? `${G.names[now.node]}: grad ${numeral(now.grad[now.node])}`
    : `${G.names[now.node]}: data ${numeral(current().data[now.node])}`;
}
