/* Training of a regression: predicted numbers against true ones, in the unit of the target. */

const TARGETS = ROWS?.targets ?? null;
const SPREAD = {height: 240, edges: [52, 10, 10, 34]}; // left, right, top, bottom

/** A number of an output in the unit of its target. */
const inTargetUnit = (x, k) => x * TARGETS.scale[1][k] + TARGETS.scale[0][k];

/** For each row and target the number that is predicted and the true one. */
const predictions = byRow((run, row) =>
  G.roots.map((root, k) => ({
    row,
    predicted: inTargetUnit(run.data[root], k),
    truth: Number(TARGETS.numbers[row][k]),
  })),
);

const residual = one => one.truth - one.predicted;

function regressionCard() {
  const rows = predictions();
  const off = (part, k) => mean(rows.filter(isOf(part)).map(one => Math.abs(residual(one[k]))));
  const score = part =>
    h(
      'div',
      TARGETS.names.map((name, k) => [
        h('dt', ofPart(say('offBy', {target: name}), part)),
        h('dd.data', numeral(off(part, k))),
      ]),
    );
  return [
    trainingHead(),
    experimentCard(),
    h('dl.two', partsOfRows().map(score)),
    S.course.measured && trainingCurves(),
    weightCard(),
    !hasOwn() && h('h3', t('answerOfRow', {number: S.row + 1})),
    !hasOwn() && list('ul.plain', rows[S.row].map(answerOfTarget)),
  ];
}

/** What is predicted for a row, what is true, and what is left. */
function answerOfTarget(one, k) {
  const things = {
    target: TARGETS.names[k],
    predicted: numeral(one.predicted),
    truth: numeral(one.truth),
    residual: numeral(residual(one)),
  };
  return t('answerOfTarget', things);
}

/** Two plots for each target: the true numbers over the predicted ones, and the residuals. */
const regressionPlots = remembered(() => {
  const width = mapWidth();
  const plots = TARGETS.names.map((name, k) => {
    const ones = predictions().map(row => row[k]);
    return [
      h('h2.minor', t('predictedTrue', {target: name})),
      spreadPlot(ones, name, one => one.truth, width, true),
      h('h2.minor', t('residuals', {target: name})),
      spreadPlot(ones, name, residual, width, false),
    ];
  });
  const key = part => h('span.spread-key', [h(`i.${part}`), t0(part)]);
  const parts = partsOfRows().filter(Boolean);
  const caption = h('figcaption.muted', [parts.map(key), t('spreadOthers')]);
  return whole(h('figure.answers', [plots, caption]));
});

/** A mark for each row; diagonal: both axes are the same, and the line is where they agree. */
function spreadPlot(ones, name, up, width, diagonal) {
  const [left, right, top, bottom] = SPREAD.edges;
  const height = SPREAD.height;
  const across = ones.map(one => one.predicted);
  const heights = ones.map(up);
  const xs = rangeOf(diagonal ? [...across, ...heights] : across);
  const ys = diagonal ? xs : rangeOf([...heights, 0]);
  const px = onLine(xs.bottom, xs.top, left, width - right);
  const py = onLine(ys.bottom, ys.top, height - bottom, top);
  const line = diagonal ? [xs.bottom, xs.top] : [0, 0];
  const mark = (one, i) =>
    Number.isFinite(across[i]) &&
    Number.isFinite(heights[i]) &&
    s(`circle.mark.${ROWS.parts[one.row] || 'train'}`, {
      cx: px(across[i]).toFixed(1),
      cy: py(heights[i]).toFixed(1),
      r: 3.5,
      click: () => change({row: one.row}),
    });
  const here = !hasOwn() &&
    mark(ones[S.row], S.row) && {cx: px(across[S.row]), cy: py(heights[S.row]), r: 9};
  const digits = [digitsOf(xs.low, xs.high), digitsOf(ys.low, ys.high)];
  const edge = height - bottom;
  const label = say(diagonal ? 'predictedTrue' : 'residuals', {target: name});
  return canvas('svg.plot.spread', width, height, label, [
    lineAt('line.axis', left, edge, width - right, edge),
    lineAt('line.axis', left, top, left, edge),
    lineAt('line.even', left, py(line[0]), width - right, py(line[1])),
    ones.map(mark),
    here && s('circle.here', here),
    textAt('text', left - 6, py(ys.high) + 4, 'end', plain(ys.high, digits[1])),
    textAt('text', left - 6, py(ys.low) + 4, 'end', plain(ys.low, digits[1])),
    textAt('text', px(xs.low), edge + 15, 'middle', plain(xs.low, digits[0])),
    textAt('text', px(xs.high), edge + 15, 'end', plain(xs.high, digits[0])),
    textAt('text', (left + width - right) / 2, height - 4, 'middle', t0('predicted')),
  ]);
}
