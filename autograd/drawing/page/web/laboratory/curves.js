/* Curves of a training that ran in the page: the loss of its own passes, and right answers. */

const CURVE_HEIGHT = 120;

/** Lines over epochs from 1 on; ends: what the axis shows of its lowest and highest number. */
function epochCurve(title, numbers, {low, high, text}) {
  const width = S.cardWidth;
  const [left, right, top, bottom] = [48, 8, 8, 20];
  const px = onLine(1, Math.max(2, numbers.length), left, width - right);
  const py = onLine(low, high, CURVE_HEIGHT - bottom, top);
  const label = `${title}: ${text(numbers[0])} \u2192 ${text(numbers.at(-1))}`;
  const at = Math.min(Math.max(1, S.epoch), numbers.length);
  const svg = canvas('svg.plot', width, CURVE_HEIGHT, label, [
    lineAt('line.axis', left, CURVE_HEIGHT - bottom, width - right, CURVE_HEIGHT - bottom),
    curves(
      numbers.map((_, i) => i + 1),
      numbers,
      px,
      py,
      'polyline.curve',
    ),
    lineAt('line.tangent', px(at), top, px(at), CURVE_HEIGHT - bottom),
    textAt('text', left - 6, top + 6, 'end', text(high)),
    textAt('text', left - 6, CURVE_HEIGHT - bottom + 3, 'end', text(low)),
    textAt('text', left, CURVE_HEIGHT - 5, null, '1'),
    textAt('text', width - right, CURVE_HEIGHT - 5, 'end', numbers.length),
  ]);
  return h('figure', [h('figcaption.muted', title), svg]);
}

function trainingCurves() {
  const {loss, accuracy} = S.course.measured;
  if (!loss.length) return h('p.muted', t0('noEpochYet'));
  const few = x => numeral(x, FEW_DIGITS);
  return [
    epochCurve(t0('lossOfPasses'), loss, {low: 0, high: largestSize(loss), text: few}),
    ROWS.labels && epochCurve(t0('accuracyOfPasses'), accuracy, {low: 0, high: 1, text: percent}),
  ];
}
