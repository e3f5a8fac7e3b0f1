/* Panels that fold, and the card as a sheet on a narrow page, as high as one wants it. */

/** A part of the card under a heading that folds it away; first: whether it is open at first.

content: or a function that makes it, which is called while it is open.
*/
function foldable(key, title, content, first = true, heading = 'h3') {
  const keys = [`panel-${key}`, `fold-${key}`];
  return panel(keys, isOpen(key, first), () => fold(key), h(heading, title), content);
}

/** A panel that a press on its head opens or closes; keys: of the panel and of its head. */
function panel([key, keyOfHead], open, toggle, head, content) {
  const click = event => {
    event.preventDefault();
    toggle();
  };
  const made = typeof content === 'function' ? open && content() : content;
  return h('details.panel', {'data-key': key, open}, [
    h('summary', {'data-key': keyOfHead, click}, head),
    made,
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
