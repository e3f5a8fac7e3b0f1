/* Training: the same network from epoch to epoch: its loss, its answers, and which are wrong. */

const SHAPES = ['circle', 'triangle', 'square'];
const COST = 400000; // operations that the curve of the loss may take
const MAP = {columns: 54, rows: 36, height: 260};

/** The weights after each epoch, as they were packed: 64-bit floats. */
const WEIGHTS =
  TRAINING &&
  new Float64Array(Uint8Array.from(atob(TRAINING.weights), letter => letter.charCodeAt(0)).buffer);

function weightAt(epoch, i) {
  return WEIGHTS[epoch * TRAINING.parameters.length + i];
}

/** The nodes whose largest value is the answer. */
const answerNodes = () =>
  G.network?.shares.length ? G.network.shares : G.roots.filter(root => root !== DATA.loss);

/** For each row: the shares, the answer, the loss, with the present weights. */
function answers() {
  const key = [S.epoch, [...S.edits].join(';')].join('|');
  if (answers.key === key) return answers.found;
  const rows = ROWS.numbers.map((_, row) => {
    const leaves = givenLeaves(row);
    for (const [leaf, x] of S.edits) if (!ROWS.leaves.includes(leaf)) leaves[leaf] = x;
    const run = forward(leaves);
    const shares = answerNodes().map(node => run.data[node]);
    return {
      row,
      shares,
      answer: shares.indexOf(Math.max(...shares)),
      truth: ROWS.labels[row],
      loss: run.data[DATA.loss],
    };
  });
  answers.key = key;
  answers.found = rows;
  return rows;
}

const className = k => (k < 0 ? t0('noAnswer') : ROWS.classes[k] || String(k));
const rowNumber = row => (ROWS.ids ? ROWS.ids[row] : row + 1);
const partsOfRows = () => ['train', 'test'].filter(part => ROWS.parts.includes(part));
const ofPart = (words, part) => (part ? `${words} (${t0(part)})` : words);
const hasLoss = () => DATA.loss !== null;

function trainingCard() {
  if (!ROWS.labels) return trainingOutputs();
  const rows = answers();
  const wrong = rows.filter(one => one.answer !== one.truth);
  const parts = partsOfRows().length ? partsOfRows() : [''];
  const width = Math.max(240, byId('card').clientWidth - 42);
  const split = parts
    .map(part => `${rows.filter((_, row) => ROWS.parts[row] === part).length} ${t0(part)}`)
    .join(' + ');
  return [
    trainingHead(),
    h(
      'dl',
      {class: 'two'},
      ...parts.map(part => {
        const own = rows.filter((_, row) => !part || ROWS.parts[row] === part);
        return h(
          'div',
          {},
          hasLoss() && [
            h('dt', {}, ofPart(t0('meanLoss'), part)),
            h('dd', {class: 'data'}, numeral(mean(own.map(one => one.loss)))),
          ],
          h('dt', {}, ofPart(t0('correct'), part)),
          h('dd', {}, `${own.filter(one => one.answer === one.truth).length}/${own.length}`),
        );
      }),
    ),
    hasLoss() && [h('h3', {}, t0('lossCurve')), lossCurve(width)],
    h('h3', {}, t('confusion', {n: rows.length, split: parts[0] ? ` (${split})` : ''})),
    confusionTable(rows),
    h('h3', {}, t('wrongRows', {n: wrong.length})),
    wrong.length
      ? h('ul', {class: 'plain wrong-rows'}, ...wrong.slice(0, 40).map(wrongRow))
      : h('p', {class: 'muted'}, t0('noneWrong')),
  ];
}

function trainingHead() {
  return [
    h('h2', {}, `${t0('epoch')} ${TRAINING.epochs[S.epoch]}`),
    S.edits.size > 0 &&
      h(
        'p',
        {class: 'note'},
        t('turnedTraining'),
        ' ',
        h('button', {type: 'button', 'data-key': 'reset-training', click: reset}, t0('reset')),
      ),
  ];
}

/** Of rows without classes there is no loss and no right answer to show. */
function trainingOutputs() {
  const run = current();
  return [
    trainingHead(),
    h('p', {class: 'muted'}, t('noClasses')),
    h(
      'ul',
      {class: 'plain'},
      ...G.roots.map(root =>
        h('li', {}, nameOf(G.names[root]), ' = ', h('b', {class: 'data'}, numeral(run.data[root]))),
      ),
    ),
  ];
}

function wrongRow(one) {
  const chosen = one.row === S.row;
  const things = {
    number: rowNumber(one.row),
    truth: className(one.truth),
    answer: className(one.answer),
  };
  return h(
    'li',
    {},
    h(
      'button',
      {
        type: 'button',
        'data-key': `wrong${one.row}`,
        'aria-pressed': String(chosen),
        click: () => change({row: one.row}),
      },
      ofPart(say('wrongRow', things), ROWS.parts[one.row]),
    ),
    chosen &&
      h(
        'p',
        {class: 'muted'},
        t(one.answer < 0 ? 'wrongNoAnswer' : 'wrongWhy', {
          ...things,
          p: percent(one.shares[one.truth]),
          q: percent(one.shares[one.answer]),
        }),
        measures(one.row),
      ),
  );
}

/** The numbers of a row in their first units. */
function measures(row) {
  const [means, deviations] = ROWS.scale;
  const measured = ROWS.features.map((_, i) => {
    const x = Number(ROWS.numbers[row][i]) * (deviations[i] ?? 1) + (means[i] ?? 0);
    return `${featureName(i)} ${plain(x)}`;
  });
  return measured.length ? ` ${measured.join(', ')}.` : '';
}

function confusionTable(rows) {
  const classes = answerNodes().map((_, k) => k);
  const count = (truth, answer) =>
    rows.filter(one => one.truth === truth && one.answer === answer).length;
  return h(
    'table',
    {class: 'confusion'},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', {}, h('span', {class: 'unseen'}, t0('truth'))),
        ...classes.map(k => h('th', {scope: 'col'}, className(k))),
      ),
    ),
    h(
      'tbody',
      {},
      ...classes.map(truth =>
        h(
          'tr',
          {},
          h('th', {scope: 'row'}, className(truth)),
          ...classes.map(answer =>
            h(
              'td',
              {class: truth === answer ? 'right' : count(truth, answer) ? 'error' : ''},
              count(truth, answer),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Mean loss of each part of the rows, at some epochs: computed once, with no leaf turned. */
function lossByEpoch() {
  if (lossByEpoch.found) return lossByEpoch.found;
  const count = Math.max(
    6,
    Math.min(41, TRAINING.epochs.length, Math.floor(COST / (ROWS.numbers.length * G.steps.length))),
  );
  const epochs = [
    ...new Set(
      Array.from({length: count}, (_, i) =>
        Math.round((i / (count - 1)) * (TRAINING.epochs.length - 1)),
      ),
    ),
  ];
  const parts = partsOfRows().length ? partsOfRows() : [''];
  const sums = epochs.map(epoch => {
    const losses = ROWS.numbers.map((_, row) => valueAt(DATA.loss, givenLeaves(row, epoch)));
    return parts.map(part => mean(losses.filter((_, row) => !part || ROWS.parts[row] === part)));
  });
  lossByEpoch.found = {epochs, parts, lines: parts.map((_, k) => sums.map(row => row[k]))};
  return lossByEpoch.found;
}

const mean = list => list.reduce((sum, x) => sum + x, 0) / list.length;

function lossCurve(width) {
  const {epochs, parts, lines} = lossByEpoch();
  const height = 130;
  const [left, right, top, bottom] = [48, 8, 8, 22];
  const high = largestSize(lines.flat());
  const last = TRAINING.epochs.length - 1;
  const px = onLine(0, Math.max(1, last), left, width - right);
  const py = onLine(0, high, height - bottom, top);
  const svg = canvas(
    width,
    height,
    s('line', {
      class: 'axis',
      x1: left,
      x2: width - right,
      y1: height - bottom,
      y2: height - bottom,
    }),
    ...lines.map((line, k) => curves(epochs, line, px, py, k ? 'curve second' : 'curve')),
    s('line', {class: 'tangent', x1: px(S.epoch), x2: px(S.epoch), y1: top, y2: height - bottom}),
    s('text', {x: left - 6, y: top + 6, 'text-anchor': 'end'}, numeral(high, FEW_DIGITS)),
    s('text', {x: left - 6, y: height - bottom + 3, 'text-anchor': 'end'}, '0'),
    s('text', {x: left, y: height - 6}, TRAINING.epochs[0]),
    s('text', {x: width - right, y: height - 6, 'text-anchor': 'end'}, TRAINING.epochs[last]),
  );
  svg.setAttribute('class', 'plot');
  svg.setAttribute('role', 'img');
  const spans = lines.map((line, k) => {
    const part = parts[k] && t0(parts[k]) + ' ';
    return `${part}${numeral(line[0])} \u2192 ${numeral(line.at(-1))}`;
  });
  svg.setAttribute('aria-label', `${t0('lossCurve')}: ${spans.join('; ')}`);
  return h(
    'figure',
    {},
    svg,
    parts.length > 1 &&
      h(
        'figcaption',
        {class: 'muted'},
        parts.map((part, k) =>
          h('span', {class: 'line-key'}, h('i', {class: k ? 'second' : ''}), t0(part)),
        ),
      ),
  );
}

/** The bar of epochs, made once for a language. */
function epochBar() {
  const slider = h('input', {
    type: 'range',
    min: 0,
    max: TRAINING.epochs.length - 1,
    step: 1,
    'aria-label': t0('epochBar'),
    'data-key': 'epoch',
    input: event => change({epoch: Number(event.target.value)}),
  });
  const output = h('output', {});
  const update = () => {
    slider.value = S.epoch;
    slider.setAttribute('aria-valuetext', `${t0('epoch')} ${TRAINING.epochs[S.epoch]}`);
    output.textContent = TRAINING.epochs[S.epoch];
  };
  return {
    element: h('div', {class: 'epochs'}, h('span', {}, t0('epochBar')), slider, output),
    update,
  };
}

// The map of answers over the last two features.

function answerMap(width) {
  const features = ROWS.features.length;
  if (features < 2) return null;
  const [fx, fy] = [features - 2, features - 1];
  const numbers = ROWS.numbers;
  const ends = [fx, fy].map(f => rangeOf(numbers.map(row => Number(row[f]))));
  const px = onLine(ends[0].bottom, ends[0].top, 0, width);
  const py = onLine(ends[1].bottom, ends[1].top, MAP.height, 0);
  const rows = answers();
  const marks = rows.map(one =>
    mark(one, px(Number(numbers[one.row][fx])), py(Number(numbers[one.row][fy]))),
  );
  const chosen = numbers[S.row];
  const svg = canvas(
    width,
    MAP.height,
    ...mapGround(fx, fy, ...ends, width),
    ...marks,
    s('circle', {class: 'here', cx: px(Number(chosen[fx])), cy: py(Number(chosen[fy])), r: 12}),
  );
  const words = {x: featureName(fx), y: featureName(fy)};
  svg.setAttribute('class', 'map');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', say('map', words));
  return h(
    'figure',
    {class: 'answers'},
    h('h2', {class: 'minor'}, t('map', words)),
    svg,
    h(
      'figcaption',
      {class: 'muted'},
      ...answerNodes().map((_, k) =>
        h('span', {class: `key class${k % 3}`}, `${'\u25cb\u25b3\u25a1'[k % 3]} ${className(k)}`),
      ),
      t('mapOthers'),
    ),
  );
}

/** Cells in the colour of the answer; runs of one answer are one rectangle. */
function mapGround(fx, fy, across, up, width) {
  const leaves = leavesNow();
  const nodes = answerNodes();
  const cells = [];
  const [w, height] = [width / MAP.columns, MAP.height / MAP.rows];
  for (let j = 0; j < MAP.rows; j++) {
    let start = 0;
    let before = -1;
    for (let i = 0; i <= MAP.columns; i++) {
      let answer = -2;
      if (i < MAP.columns) {
        leaves[ROWS.leaves[fx]] = between(across.bottom, across.top, (i + 0.5) / MAP.columns);
        leaves[ROWS.leaves[fy]] = between(up.top, up.bottom, (j + 0.5) / MAP.rows);
        const run = forward(leaves);
        const shares = nodes.map(node => run.data[node]);
        answer = shares.indexOf(Math.max(...shares));
      }
      if (answer !== before && i > 0) {
        if (before >= 0)
          cells.push(
            s('rect', {
              class: `ground class${before % 3}`,
              x: (start * w).toFixed(2),
              y: (j * height).toFixed(2),
              width: ((i - start) * w).toFixed(2),
              height: height.toFixed(2),
              'shape-rendering': 'crispEdges',
            }),
          );
        start = i;
      }
      before = answer;
    }
  }
  return cells;
}

function mark(one, x, y) {
  const kind = SHAPES[one.truth % 3];
  const attributes = {
    class: one.answer === one.truth ? 'mark' : 'mark error',
    click: () => change({row: one.row}),
  };
  if (kind === 'circle') return s('circle', {...attributes, cx: x, cy: y, r: 4});
  if (kind === 'square') return s('rect', {...attributes, x: x - 4, y: y - 4, width: 8, height: 8});
  return s('path', {...attributes, d: `M${x},${y - 5} l5,9 h-10 z`});
}
