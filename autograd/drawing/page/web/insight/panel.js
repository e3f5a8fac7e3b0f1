/* Parts of cards that unfold where a reader wants to see more; one is open at a time, so that a
 * card stays short, and the address holds which. */

Object.assign(DEFAULTS, {insight: ''});
Object.assign(READERS, {insight: oneOf(['outputs', 'curve', 'cost', 'evidence'])});

function insight(key, title, content) {
  const open = S.insight === key;
  const press = event => {
    event.preventDefault();
    change({insight: open ? '' : key});
  };
  const head = h('summary', {'data-key': `open-${key}`, click: press}, h('span.minor', title));
  return h('details.panel', {'data-key': `insight-${key}`, open}, [head, open && content()]);
}

const NEAR_WHOLE = 0.1;

/** x, and near a whole number as many digits as show how far away it is, up to all that it has. */
function exactly(x) {
  const away = Math.abs(x - Math.round(x));
  if (!away || !(away < NEAR_WHOLE) || Math.abs(x) < 0.5) return notAsWhole(x);
  return numeral(x, Math.min(17, Math.ceil(-Math.log10(away)) + FEW_DIGITS));
}

/** What there is to unfold in the cards of all nodes. */
const insights = () => [
  outputsPanel(),
  costPanel(),
  !VIEWS.includes('training') && evidencePanel(),
];
