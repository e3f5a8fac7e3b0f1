/* Numbers as the page writes them, and when an equation of them holds: as Python does. */

const MINUS = '\u2212';
const TIMES = ' \u00d7 ';
const DIGITS = 4; // significant ones
const FEW_DIGITS = 3; // where there is little room
const MOST_DIGITS = 6; // where fewer would hide that a number is not quite 1
const MOST_OPERAND_DIGITS = 12; // where fewer would hide what operands differ by
const [SMALL, LARGE] = [0.001, 1e5]; // below and from here on a number has an exponent

/** x with `digits` significant digits; those before the point stay, and 0 is exactly zero. */
function numeral(x, digits = DIGITS) {
  if (Number.isNaN(x)) return 'NaN';
  const size = Math.abs(x);
  const minus = x < 0 || Object.is(x, -0) ? MINUS : '';
  if (size === Infinity) return minus + '\u221e';
  if (size === 0) return minus + '0';
  const [rounded, power] = toDigits(size, digits);
  if (rounded >= SMALL && rounded < LARGE)
    return minus + rounded.toFixed(Math.max(0, digits - 1 - power));
  const text = size.toExponential(digits - 1);
  return minus + text.replace('e+', 'e').replace('e-', 'e' + MINUS);
}

/** x with `digits` digits, or more where it would else read as a whole number that it is not. */
function notAsWhole(x, digits = DIGITS) {
  const text = numeral(x, digits);
  const reads = Number.isInteger(read(text)) && !Number.isInteger(x);
  return reads && digits < MOST_DIGITS ? notAsWhole(x, digits + 1) : text;
}

/** A positive number, rounded as `numeral` writes it, and its power of ten. */
function toDigits(size, digits) {
  const beforePoint = size < LARGE ? Math.floor(size).toFixed().length : 0;
  const text = size.toExponential(Math.max(digits, beforePoint) - 1);
  return [Number(text), Number(text.split('e')[1])];
}

/** x where there is little room: a whole number without decimals. */
function brief(x, digits = DIGITS) {
  return numeral(x, Number.isInteger(x) && Math.abs(x) < LARGE ? 1 : digits);
}

/** x after an operator: in parentheses if it has a sign. */
function factor(x, digits = DIGITS) {
  return bracketed(brief(x, digits));
}

const bracketed = text => (text.startsWith(MINUS) ? `(${text})` : text);

function signed(x) {
  return (x > 0 ? '+' : '') + numeral(x);
}

/** x as people write what they measured: without the zeros at its end. */
function plain(x, digits = DIGITS) {
  const [mantissa, power] = numeral(x, digits).split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return power === undefined ? short : `${short}e${power}`;
}

/** A share of 1 as per cent; all and nothing only where they are. */
function percent(part) {
  const text = (100 * part).toFixed(1);
  if (text === '0.0' && part !== 0) return '< 0.1 %';
  return text === '100.0' && part < 1 ? '> 99.9 %' : `${Number.isNaN(part) ? 'NaN' : text} %`;
}

/** With how many digits operands are shown, so that their formula can be checked: as in Python.

recompute: the number that the formula gives of operands with so many digits.
*/
function operandDigits(recompute, result) {
  const seen = read(numeral(result));
  const found = recompute(DIGITS);
  const off = Math.abs(found - seen);
  if (found === null || !Number.isFinite(off) || off * 100 <= Math.abs(seen)) return DIGITS;
  for (let digits = DIGITS + 1; digits <= MOST_OPERAND_DIGITS; digits++)
    if (relation(recompute(digits), result) === '=') return digits;
  return DIGITS;
}

/** The unit of the last digit that is shown of a number that is not zero. */
function lastDigit(x, digits) {
  const [rounded, power] = toDigits(Math.abs(x), digits);
  const last = power - digits + 1;
  return Number(`1e${rounded < LARGE ? Math.min(last, 0) : last}`);
}

/** A number that stands in a text. */
const read = text => Number(text.replaceAll(MINUS, '-').replace('\u221e', 'Infinity'));

/** `=` where the result as it is shown is what its shown operands give, else `≈`; a half is `≈`. */
function relation(recomputed, result, digits = DIGITS) {
  const found = read(numeral(result, digits));
  if (!Number.isFinite(recomputed) || !Number.isFinite(found) || result === 0) {
    const bothNaN = Number.isNaN(recomputed) && Number.isNaN(found);
    return recomputed === found || bothNaN ? '=' : '\u2248';
  }
  return 2 * Math.abs(recomputed - found) < (1 - 1e-9) * lastDigit(result, digits) ? '=' : '\u2248';
}
