/* Recomputing a formula from its numbers as they are shown; so the page knows where to write ≈. */

const OF_MATH =
  'max min sign exp log expm1 sin cos tan asin acos atan atan2 sinh cosh tanh sqrt hypot';
const FUNCTIONS = {
  ...Object.fromEntries(OF_MATH.split(' ').map(name => [name, Math[name]])),
  gaussian: (x, width) => Math.exp(-width * x * x),
  tanh_slope: x => 1 / Math.cosh(x) ** 2,
  logsumexp: (...xs) => Math.log(xs.reduce((sum, x) => sum + Math.exp(x), 0)),
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  softplus: x => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0),
  softmax: (...xs) => 1 / xs.reduce((sum, x) => sum + Math.exp(x - xs[0]), 0),
};
const COMPARISONS = {'<': (a, b) => a < b, '\u2264': (a, b) => a <= b, '=': (a, b) => a === b};
const CLOSING = {
  '(': [')', x => x],
  '|': ['|', Math.abs],
  '\u230a': ['\u230b', Math.floor],
  '\u2308': ['\u2309', Math.ceil],
};
const WORDS_OF_FORMULAS = /\s*(\d+(?:\.\d+)?(?:e\u2212?\d+)?|[A-Za-z_]\w*|\S)/gu;

/** The text of pieces of a formula; what is raised stands after ^ in parentheses. */
function formulaText(pieces) {
  if (Array.isArray(pieces)) return pieces.map(formulaText).join('');
  if (!(pieces instanceof Element)) return isThere(pieces) ? String(pieces) : '';
  const nodes = [...pieces.childNodes];
  const text = formulaText(nodes.map(node => (node instanceof Element ? node : node.textContent)));
  return pieces.localName === 'sup' ? `^(${text})` : text;
}

/** The number that a formula of shown numbers gives; NaN and null where it can't be read. */
function recomputed(pieces) {
  const words = [...formulaText(pieces).matchAll(WORDS_OF_FORMULAS)].map(match => match[1]);
  let at = 0;
  const take = word => {
    if (words[at] !== word) return false;
    at++;
    return true;
  };
  const need = word => {
    if (!take(word)) throw new SyntaxError(`expected ${word}`);
  };
  const sum = () => {
    const terms = [product()];
    for (;;) {
      if (take('+')) terms.push(product());
      else if (take(MINUS)) terms.push(-product());
      else break;
    }
    const total = terms.reduce((a, b) => a + b);
    // Numbers of a few digits that differ by less than this do not differ.
    return Math.abs(total) < 1e-12 * Math.max(...terms.map(Math.abs)) ? 0 : total;
  };
  const product = () => {
    let total = signedPower();
    for (;;) {
      if (take('\u00b7') || take('\u00d7')) total *= signedPower();
      else if (take('/')) total /= signedPower();
      else if (take('mod')) {
        const divisor = signedPower();
        total -= divisor * Math.floor(total / divisor);
      } else return total;
    }
  };
  const signedPower = () => (take(MINUS) ? -signedPower() : power());
  const power = () => {
    const base = atom();
    return take('^') ? base ** signedPower() : base;
  };
  /** A sum, or one of two: `1 if x < 0, else 2`. */
  const choice = () => {
    const first = sum();
    if (!take('if')) return first;
    const left = sum();
    const compare = COMPARISONS[words[at++]];
    const holds = compare(left, sum());
    need(',');
    need('else');
    const second = choice();
    return holds ? first : second;
  };
  const list = () => {
    const found = [];
    need('(');
    do found.push(choice());
    while (take(','));
    need(')');
    return found;
  };
  const atom = () => {
    const word = words[at++];
    if (word in CLOSING) {
      const [closing, apply] = CLOSING[word];
      const inside = choice();
      need(closing);
      return apply(inside);
    }
    if (word === '\u221a') return Math.sqrt(list()[0]);
    if (word === '\u221b') return Math.cbrt(list()[0]);
    if (word === 'e') return Math.E;
    if (/^\d|^\u221e$|^NaN$/.test(word)) return read(word);
    return called(word, list());
  };
  try {
    const found = choice();
    return at === words.length ? found : null;
  } catch {
    return null;
  }
}

/** A function of the graph's own operations, or one of Math. */
function called(name, operands) {
  const kind = DATA.kinds.findIndex(
    ([own], i) => own === name && G.parents[G.kind.indexOf(i)].length === operands.length,
  );
  if (kind >= 0 && OPERATIONS[kind]) return OPERATIONS[kind](operands)[0];
  return FUNCTIONS[name](...operands);
}

/** `=` or `≈` between a formula with numbers and its result as it is shown. */
function sign(pieces, result, digits = DIGITS) {
  const found = recomputed(pieces);
  return found === null ? '\u2248' : relation(found, result, digits);
}

/** A formula with numbers and its result: every equation that the page shows is written here. */
function equation(pieces, result, kind = 'grad', shown = numeral) {
  return [pieces, ` ${sign(pieces, result)} `, h('b', {class: kind}, shown(result))];
}

/** Numbers added, of as many digits as it takes to check the total, and the total. */
function sumEquation(numbers, total, kind = 'grad') {
  const text = digits => sumOf(numbers, digits);
  return equation(text(operandDigits(digits => recomputed(text(digits)), total)), total, kind);
}

/** Numbers with operators between, which need no parentheses around the first one. */
const factors = (numbers, digits = DIGITS) =>
  numbers.map((x, i) => (i ? factor(x, digits) : brief(x, digits)));

/** Numbers as a sum. */
const sumOf = (numbers, digits = DIGITS) => factors(numbers, digits).join(' + ');

/** Numbers as a product; of many the first ones. */
function productOf(numbers, most = Infinity) {
  return factors(numbers.slice(0, most)).join(TIMES) + (numbers.length > most ? ' \u2026' : '');
}

/** A result away from its formula: with ≈ where what is shown elsewhere does not give it. */
function outcome(formula, result, shown = numeral, digits = DIGITS) {
  return (sign(formula, result, digits) === '=' ? '' : '\u2248 ') + shown(result, digits);
}
