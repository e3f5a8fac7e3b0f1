/* All numbers as a table, made while they are shown. */

const MOST_LINES = 3000;

const numbersTable = remembered(() => {
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
  return whole(h('div', [table('table', head, rows), andMore(G.names, rows)]));
});

function tableView() {
  const content = S.tableIsOpen && numbersTable();
  return [
    h('summary', t0('all')),
    h('div.scroll', {role: 'region', tabindex: 0, 'aria-label': t0('all')}, content),
  ];
}
