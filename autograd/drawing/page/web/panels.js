/* Panels that fold, and the card as a sheet on a narrow page, as high as one wants it. */

/** A part of the card under a heading that folds it away; first: whether it is open at first. */
function foldable(key, title, content, first = true, heading = 'h3') {
  const press = event => {
    event.preventDefault();
    fold(key);
  };
  const head = h('summary', {'data-key': `fold-${key}`, click: press}, h(heading, title));
  return h('details.panel', {'data-key': `panel-${key}`, open: isOpen(key, first)}, [
    head,
    content,
  ]);
}

const SHEETS = {low: 0.2, middle: 0.4, tall: 0.72}; // of the window
let grip = null; // where the handle was taken, and whether it was dragged since

function setSheet(sheet) {
  change({sheet});
  bringIntoView();
}

/** The handle of the sheet: drag it, or press it for the next size; arrows up and down work too. */
function sheetHandle() {
  const sizes = Object.keys(SHEETS);
  const at = sizes.indexOf(S.sheet);
  const name = say('sheet', {size: t0(S.sheet)});
  const {style} = document.documentElement;
  const shareAt = event => 1 - event.clientY / window.innerHeight;
  const listeners = {
    pointerdown: event => {
      grip = {y: event.clientY, dragged: false};
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    pointermove: event => {
      if (!grip) return;
      grip.dragged ||= Math.abs(event.clientY - grip.y) > 4;
      if (grip.dragged) style.setProperty('--sheet', `${(100 * shareAt(event)).toFixed(1)}vh`);
    },
    pointerup: event => {
      style.removeProperty('--sheet');
      const off = size => Math.abs(SHEETS[size] - shareAt(event));
      if (grip?.dragged) setSheet(sizes.reduce((a, b) => (off(b) < off(a) ? b : a)));
    },
    click: () => {
      if (!grip?.dragged) setSheet(sizes[(at + 1) % sizes.length]);
      grip = null;
    },
    keydown: event => {
      const by = {ArrowUp: 1, ArrowDown: -1}[event.key];
      if (!by) return;
      event.preventDefault();
      setSheet(sizes[at + by] ?? S.sheet);
    },
  };
  const attributes = {class: 'handle', 'aria-label': name, title: name, ...listeners};
  return h('button', {type: 'button', 'data-key': 'sheet', ...attributes}, h('i'));
}
