/* Checking what was typed: a number within its digits, or a formula of numbers and names. */

const ROUNDED = 0.002; // relative: what four factors of four digits each may be off together
const FEWEST_DIGITS = 2;

/** The number of what was typed, such as 0.25, -3e-4, 0.5*0.3, 1-h5²; null where it has none. */
function typedNumber(text, data) {
  const named = text.replace(/[A-Za-z\u0177_]\w*/g, name => {
    const node = NODE_BY_NAME.get(name);
    return node >= 0 ? `(${data[node]})` : name;
  });
  return named.trim() === '' ? null : numberIn(named);
}

/** How many significant digits a typed number has; Infinity for a formula. */
function digitsTyped(text) {
  const match = /^\s*[-+\u2212]?([\d.,]+)(?:[eE][-+\u2212]?\d+)?\s*$/.exec(text);
  return match ? match[1].replace(/[.,]/g, '').replace(/^0+/, '').length : Infinity;
}

/** Whether a typed number is the true one as far as its digits go. */
function isWithinDigits(x, exact, digits) {
  if (Object.is(x, exact) || x === exact) return true;
  if (Math.abs(x - exact) <= ROUNDED * Math.abs(exact)) return true;
  return digits <= DIGITS && numeral(x, digits) === numeral(exact, digits);
}

/** What is said of a typed number: 'right', or the key of a hint. */
function verdictOfTyped(text, exact, data) {
  const x = typedNumber(text, data);
  if (x === null) return 'lessonNoNumber';
  const digits = digitsTyped(text);
  if (isWithinDigits(x, exact, digits)) {
    const enough = x === exact || digits >= FEWEST_DIGITS;
    return enough ? 'right' : 'lessonDigits';
  }
  if (isWithinDigits(-x, exact, digits)) return 'lessonSign';
  if (x * exact < 0) return 'lessonWrong';
  return Math.abs(x) > Math.abs(exact) ? 'lessonLess' : 'lessonMore';
}
