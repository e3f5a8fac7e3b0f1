/* Numbers and names as the page writes them. */

const MINUS = '\u2212';
const TIMES = ' \u00d7 ';

/** x with some decimals, or as 2.1e−5 where they would hide it: 0.0000 is exactly zero. */
function numeral(x, digits = 4) {
  if (Number.isNaN(x)) return 'NaN';
  const size = Math.abs(x);
  let text = size.toFixed(digits);
  if (size === Infinity) text = '\u221e';
  else if ((size > 0 && size < 10 ** -digits) || Number(text) >= 1e5) {
    text = size.toExponential(1).replace('e+', 'e').replace('e-', 'e' + MINUS);
  }
  return (x < 0 ? MINUS : '') + text;
}

/** x where there is little room: a whole number without decimals. */
function brief(x, digits = 4) {
  const text = numeral(x, digits);
  return Number.isInteger(x) ? text.replace(/\.0+$/, '') : text;
}

/** A factor that is not the first of its product: a negative one in parentheses. */
function factor(x) {
  const text = brief(x);
  return text.startsWith(MINUS) ? `(${text})` : text;
}

function signed(x) {
  return (x > 0 ? '+' : '') + numeral(x);
}

function percent(x) {
  return (100 * x).toFixed(1) + ' %';
}

/** Letters and the number to be lowered, or the name as it is. */
function parts(name) {
  const match = /^([A-Za-z\u0177\u03b1-\u03c9]{1,2})(\d{1,4})$/.exec(name);
  return match ? [match[1], match[2]] : [name, ''];
}

/** A name in HTML: w with a lowered 17. */
function nameOf(name) {
  const [letters, digits] = parts(name);
  return digits ? h('span', {class: 'name'}, letters, h('sub', {}, digits)) : h('span', {class: 'name'}, letters);
}

/** A name in SVG, lowered with dy, which every browser knows. */
function nameText(name, attributes) {
  const [letters, digits] = parts(name);
  const shown = letters.length > 7 && !digits ? letters.slice(0, 6) + '\u2026' : letters;
  return s('text', attributes, shown, digits ? s('tspan', {dy: 4, 'class': 'lowered'}, digits) : null);
}

/** ∂a/∂b as a fraction. */
function fraction(above, below) {
  return h('span', {class: 'fraction'},
    h('span', {}, '\u2202', nameOf(above)), h('span', {class: 'unseen'}, '/'), h('span', {}, '\u2202', nameOf(below)));
}

/** ∂a/∂b in a line. */
function slope(above, below) {
  return h('span', {class: 'slope'}, '\u2202', nameOf(above), '/\u2202', nameOf(below));
}
