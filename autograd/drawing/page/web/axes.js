/* Ranges, places and widths of numbers in pictures: of numbers of any size, none of them NaN. */

/** The largest size of those that are finite; never 0. */
const largestSize = numbers => Math.max(...numbers.filter(Number.isFinite).map(Math.abs), 1e-300);

/** Which share of the largest size a number has: all of it, where it is not finite. */
const share = (x, most) => (Number.isFinite(x) ? Math.min(1, Math.abs(x) / most) : 1);

const finite = x => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, x));

/** The range of those that are finite, and the same with room around it; never empty. */
function rangeOf(numbers) {
  const known = numbers.filter(Number.isFinite);
  let [low, high] = known.length ? [Math.min(...known), Math.max(...known)] : [0, 0];
  const size = Math.max(1, Math.abs(low), Math.abs(high));
  if (!(high - low > 1e-9 * size))
    [low, high] = [finite(low - Math.max(1, size / 10)), finite(high + Math.max(1, size / 10))];
  const room = 0.08 * high - 0.08 * low;
  return {low, high, bottom: finite(low - room), top: finite(high + room)};
}

/** A function: the place of a number on a line from start to end. */
function onLine(low, high, start, end) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  return x => start + (end - start) * ((x / size - low / size) / (high / size - low / size));
}

/** The number at a share of the way from low to high. */
const between = (low, high, part) => low * (1 - part) + high * part;

/** Whole numbers from 0 to the last one, as many as wanted, as far apart from each other. */
const evenly = (count, last) =>
  Array.from({length: count}, (_, i) => Math.round((i / (count - 1)) * last));

/** As many digits as tell two ends of an axis apart. */
function digitsOf(low, high) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  return Math.max(FEW_DIGITS, Math.min(12, 2 - Math.floor(Math.log10(high / size - low / size))));
}

/** Lines through points, with gaps where there is no finite number. */
function curves(xs, ys, px, py, tag) {
  const lines = [[]];
  for (const [i, y] of ys.entries()) {
    if (Number.isFinite(y)) lines.at(-1).push(`${px(xs[i]).toFixed(1)},${py(y).toFixed(1)}`);
    else lines.push([]);
  }
  return lines
    .filter(points => points.length > 1)
    .map(points => s(tag, {points: points.join(' ')}));
}
