/* The lines of Python that the stepping executes; the one whose turn it is is lit. */

const HANDING = [
  '    for parent, local in zip(node.parents, node.local_derivatives):',
  '        parent.grad += local * node.grad',
];
/** By kind of step. Of the sweeps three lines are lit in turn: those of PHASES. */
const CODE = {
  forward: [
    'for node in order:',
    '    node.data, node.local_derivatives = compute(node.op, node.parents)',
  ],
  sorted: ['for node in reversed(order):', ...HANDING],
  unsorted: [
    'def visit(node):',
    ...HANDING,
    '    visited.add(node)',
    '    for parent in node.parents:',
    '        if parent not in visited:',
    '            visit(parent)',
  ],
  again: [
    'def visit(node):',
    ...HANDING,
    '    for parent in node.parents:',
    '        visit(parent)',
  ],
};
const PHASES = ['visit', 'product', 'sum'];

/** The line that is lit: of what moves its phase, at rest the last one that was executed. */
function litLine(now) {
  if (now.node < 0) return -1;
  if (!now.back) return 1;
  return PHASES.indexOf(flightNow()?.phase ?? (now.part === 0 ? 'visit' : 'sum'));
}

function codePanel(now) {
  if (!G.steps.length) return null;
  const lit = litLine(now);
  const line = (text, i) => {
    const indent = /^ */.exec(text)[0].length;
    const isLit = i === lit;
    const kind = classes(`in${indent / 4}`, isLit && 'lit', now.back && 'back');
    return h('code', {class: kind, 'aria-current': isLit && 'true'}, text);
  };
  const lines = CODE[now.back ? S.order : 'forward'].map(line);
  return foldable('code', t0(now.back ? 'codeBack' : 'codeForward'), h('div.code', lines));
}
