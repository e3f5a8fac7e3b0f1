/* All numbers as a table, made while it is open. */

const MOST_LINES = 3000;

function showTable() {
  const details = byId('all');
  write(details.querySelector('summary'), t0('all'));
  const box = details.querySelector('.scroll');
  put(box, 'aria-label', t0('all'));
  if (!details.open) {
    if (box.firstChild) box.replaceChildren();
    return;
  }
  const run = current();
  const root = rootNode();
  const nameOfGrad = `grad \u2202${G.names[root]}/\u2202\u2026`;
  const words = [t0('name'), t0('operation'), t0('parents'), 'data', nameOfGrad];
  const head = words.map(word => h('th', {scope: 'col'}, word));
  const rows = G.names.slice(0, MOST_LINES).map((_, node) => {
    const operands = slotsOf(node).map(slot => G.parents[node][slot]);
    return [
      h('th', {scope: 'row', title: fullName(node)}, nameOf(node)),
      h('td', operation(node) || (isConstant(node) ? t0('constant') : '')),
      h('td', nameList(operands, 8)),
      h('td.data', numeral(run.data[node])),
      h('td.grad', below(root)[node] ? numeral(run.grad[node]) : '0'),
    ];
  });
  fill(box, table('table', head, rows), andMore(G.names, rows));
}
