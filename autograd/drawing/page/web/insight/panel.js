/* Parts of cards that unfold where a reader wants to see more; one is open at a time, so that a
 * card stays short, and the address holds which. */

function insight(key, title, content) {
  const open = S.insight === key;
  const toggle = event => {
    if (event.currentTarget.open !== (S.insight === key)) change({insight: open ? '' : key});
  };
  return h('details.fold', {'data-key': `insight-${key}`, open, toggle}, [
    h('summary', {'data-key': `open-${key}`}, title),
    open && content(),
  ]);
}

/** x with as many digits as show how far from a whole number it is, up to all that it has. */
function exactly(x) {
  const away = Math.abs(x - Math.round(x));
  if (!away || !Number.isFinite(x) || Math.abs(x) >= 10) return notAsWhole(x);
  const digits = Math.ceil(-Math.log10(away)) + DIGITS + 1;
  return numeral(x, Math.abs(x) < 0.5 ? DIGITS : Math.max(DIGITS, Math.min(17, digits)));
}

/** What there is to unfold in the cards of all nodes. */
const insights = () => [outputsPanel(), costPanel(), !TRAINING && evidencePanel()];
