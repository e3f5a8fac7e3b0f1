/* Filling the templates of textbook formulas with names and with numbers. */

const WRITTEN = 10; // a whole constant up to this size is written into the formulas

/** The templates of a node: of its value, then of each local derivative; null if there are none. */
function templatesOf(run, node) {
  const operands = G.parents[node];
  const written = operands.flatMap((parent, slot) => {
    const x = run.data[parent];
    const whole = isConstant(parent) && Number.isInteger(x) && Math.abs(x) <= WRITTEN;
    return whole ? [`${slot}=${x}`] : [];
  });
  const start = `${operation(node)}/${operands.length}/`;
  return DATA.formulas[start + written.join(',')] || DATA.formulas[start] || null;
}

const shareKey = ([first, ...others]) => first + ':' + others.sort((a, b) => a - b).join();

/** The softmax nodes by their own operand and the others. */
const SHARES = new Map();
for (const node of G.steps)
  if (operation(node) === 'softmax') SHARES.set(shareKey(G.parents[node]), node);

/** A template with names, or numbers of so many digits, in place of each mark, as a list. */
function filledTemplate(run, node, template, digits, isValue) {
  const operand = (parent, inParentheses = false) => {
    if (!digits) return nameOf(parent);
    return (inParentheses ? factor : brief)(run.data[parent], digits);
  };
  const softmax = operands => {
    const own = SHARES.get(shareKey(operands));
    if (own !== undefined && own !== node) return operand(own);
    const names = operands.map(parent => operand(parent));
    if (!isValue) return ['softmax(', joined(names, ', '), ')'];
    const power = parent => ['e', h('sup', operand(parent))];
    const powers = [...operands].sort((a, b) => a - b).map(power);
    return [power(operands[0]), ' / (', joined(powers, ' + '), ')'];
  };
  const filled = piece => {
    const mark = /^(⟨?)\{([^}]+)\}/.exec(piece);
    if (!mark) return piece;
    const [word, ...slots] = mark[2].split(' ');
    if (word === 'softmax') return softmax(slots.map(slot => G.parents[node][slot]));
    return operand(word === 'y' ? node : G.parents[node][word], mark[1] !== '');
  };
  return raised(template.split(/(⟨?\{[^}]+\}⟩?)/).map(filled));
}

/** What follows a ^, raised: a number in the text, or the piece that comes next. */
function raised(pieces) {
  let next = false;
  return pieces
    .filter(piece => piece !== '')
    .map(piece => {
      const isRaised = next;
      const text = typeof piece === 'string';
      next = text && piece.endsWith('^');
      if (isRaised) return h('sup', piece);
      if (!text) return piece;
      const split = piece.replace(/\^$/, '').split(/\^([\d.]+)/);
      return split.map((part, i) => (i % 2 ? h('sup', part) : part));
    });
}

/** A template with numbers, of as many digits as it takes to check the result. */
function withNumbers(run, node, template, result, isValue) {
  const filled = digits => filledTemplate(run, node, template, digits, isValue);
  return filled(operandDigits(digits => recomputed(filled(digits)), result));
}

/** The formula of a node's value: with names, and with numbers; null where it is not spelt out. */
function valueFormula(run, node) {
  const templates = templatesOf(run, node);
  if (!templates?.[0][0]) {
    const operands = G.parents[node];
    const names = joined(operands.slice(0, 6).map(nameOf), ', ');
    const more = operands.length > 6 && `, \u2026 ${operands.length - 6}`;
    return {names: [operation(node), '(', names, more, ')'], numbers: null};
  }
  return {
    names: filledTemplate(run, node, templates[0][0], 0, true),
    numbers: withNumbers(run, node, templates[0][1], run.data[node], true),
  };
}

/** A local derivative: `∂z1/∂w33 = h5 = 0.0401`; the value is the rule's, not the formula's. */
function derivativeFormula(run, node, slot) {
  const parent = G.parents[node][slot];
  const twice = G.parents[node].indexOf(parent) !== G.parents[node].lastIndexOf(parent);
  const left = [slope(node, parent), twice ? h('sub', `[${slot + 1}]`) : null];
  const value = run.local[node][slot];
  const templates = templatesOf(run, node);
  const template = templates?.[slot + 1]?.[0];
  const number = h('b.local', brief(value));
  if (!template || /^[0-9.\u2212]+$/.test(template)) return [left, ' = ', number];
  const names = filledTemplate(run, node, templates[slot + 1][0], 0, false);
  if (/^\{\w+\}$/.test(template)) return [left, ' = ', names, ' = ', number];
  const numbers = withNumbers(run, node, templates[slot + 1][1], value, false);
  if (formulaText(numbers) === brief(value)) return [left, ' = ', names, ' = ', number];
  return [left, ' = ', names, ' = ', equation(numbers, value, 'local', brief)];
}
