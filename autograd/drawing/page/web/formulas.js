/* Filling the templates of textbook formulas with names and with numbers. */

const WRITTEN = 10; // a whole constant up to this size is written into the formulas

/** The templates of a node: of its value, then of each local derivative; null if there are none. */
function templatesOf(run, node) {
  const operands = G.parents[node];
  const written = operands.flatMap((parent, slot) => {
    const x = run.data[parent];
    return isConstant(parent) && Number.isInteger(x) && Math.abs(x) <= WRITTEN
      ? [`${slot}=${x}`]
      : [];
  });
  const start = `${operation(node)}/${operands.length}/`;
  return DATA.formulas[start + written.join(',')] || DATA.formulas[start] || null;
}

/** The softmax nodes by their own operand and the others. */
const SHARES = new Map(
  G.steps
    .filter(node => operation(node) === 'softmax')
    .map(node => [shareKey(G.parents[node]), node]),
);

function shareKey([first, ...others]) {
  return first + ':' + others.sort((a, b) => a - b).join();
}

/** A template with something in place of each mark: text and elements in a list. */
function filledTemplate(run, node, template, asNumbers, isValue) {
  const operand = (parent, inParentheses) => {
    if (!asNumbers) return nameOf(G.names[parent]);
    return inParentheses ? factor(run.data[parent]) : brief(run.data[parent]);
  };
  return raised(
    template.split(/(⟨?\{[^}]+\}⟩?)/).map(piece => {
      const mark = /^(⟨?)\{([^}]+)\}/.exec(piece);
      if (!mark) return piece;
      const inParentheses = mark[1] !== '';
      if (mark[2] === 'y') return operand(node, inParentheses);
      if (!mark[2].startsWith('softmax'))
        return operand(G.parents[node][Number(mark[2])], inParentheses);
      const operands = mark[2]
        .split(' ')
        .slice(1)
        .map(slot => G.parents[node][Number(slot)]);
      const share = SHARES.get(shareKey(operands));
      if (share !== undefined && share !== node) return operand(share, false);
      const power = parent => ['e', h('sup', {}, operand(parent, false))];
      if (!isValue)
        return [
          'softmax(',
          operands.map((parent, i) => [i ? ', ' : '', operand(parent, false)]),
          ')',
        ];
      const ordered = [...operands].sort((a, b) => a - b);
      return [
        power(operands[0]),
        ' / (',
        ordered.map((parent, i) => [i ? ' + ' : '', power(parent)]),
        ')',
      ];
    }),
  );
}

/** What follows a ^, raised: a number in the text, or the piece that comes next. */
function raised(pieces) {
  const found = [];
  let next = false;
  for (const piece of pieces.filter(one => one !== '')) {
    if (next) found.push(h('sup', {}, piece));
    else if (typeof piece === 'string') {
      found.push(
        ...piece
          .replace(/\^$/, '')
          .split(/\^([\d.]+)/)
          .map((text, i) => (i % 2 ? h('sup', {}, text) : text)),
      );
    } else found.push(piece);
    next = typeof piece === 'string' && piece.endsWith('^');
  }
  return found;
}

/** The formula of a node's value: with names, and with numbers; null where it is not spelt out. */
function valueFormula(run, node) {
  const templates = templatesOf(run, node);
  if (!templates || !templates[0][0]) {
    const operands = G.parents[node]
      .slice(0, 6)
      .map((parent, i) => [i ? ', ' : '', nameOf(G.names[parent])]);
    const more = G.parents[node].length > 6 ? `, \u2026 ${G.parents[node].length - 6}` : '';
    return {names: [operation(node), '(', operands, more, ')'], numbers: null};
  }
  return {
    names: filledTemplate(run, node, templates[0][0], false, true),
    numbers: filledTemplate(run, node, templates[0][1], true, true),
  };
}

/** A local derivative: `∂z1/∂w33 = h5 = 0.0401`; the value is the rule's, not the formula's. */
function derivativeFormula(run, node, slot) {
  const parent = G.parents[node][slot];
  const twice = G.parents[node].indexOf(parent) !== G.parents[node].lastIndexOf(parent);
  const left = [
    slope(G.names[node], G.names[parent]),
    twice ? h('sub', {}, `[${slot + 1}]`) : null,
  ];
  const value = run.local[node][slot];
  const templates = templatesOf(run, node);
  const template = templates?.[slot + 1]?.[0];
  const number = h('b', {class: 'grad'}, brief(value));
  if (!template || /^[0-9.\u2212]+$/.test(template)) return [left, ' = ', number];
  const names = filledTemplate(run, node, templates[slot + 1][0], false, false);
  if (/^\{\w+\}$/.test(template)) return [left, ' = ', names, ' = ', number];
  const numbers = filledTemplate(run, node, templates[slot + 1][1], true, false);
  if (formulaText(numbers) === brief(value)) return [left, ' = ', names, ' = ', number];
  return [left, ' = ', names, ' = ', equation(numbers, value, 'grad', brief)];
}
