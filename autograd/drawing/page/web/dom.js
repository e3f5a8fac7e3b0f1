/* Making elements. Text is always text, never markup, so that no label can do harm. */

const SVG = 'http://www.w3.org/2000/svg';

const byId = id => document.getElementById(id);

/** An HTML element: its name with classes, attributes where it has any, a child or a list of them.

h('p.muted', {title: 'why'}, [text, element]): attributes that are functions are listeners; what is
null, undefined or false is left out, among the children too.
*/
const h = (tag, ...rest) => made(name => document.createElement(name), tag, rest);

/** An SVG element. */
const s = (tag, ...rest) => made(name => document.createElementNS(SVG, name), tag, rest);

/** A button; key: what the focus finds it by when it is made again. */
const button = (key, click, content, attributes) =>
  h('button', {type: 'button', 'data-key': key, click, ...attributes}, content);

const slider = (key, label, attributes) =>
  h('input', {type: 'range', 'data-key': key, 'aria-label': label, ...attributes});

const item = content => h('li', content);
const row = cells => h('tr', cells);

/** A list, of the content of its items. */
const list = (tag, items) => h(tag, items.map(item));

/** A table, of the cells of its head and of each row. */
const table = (tag, head, rows) => h(tag, [h('thead', row(head)), h('tbody', rows.map(row))]);

/** The classes that hold. */
const classes = (...names) => names.filter(Boolean).join(' ');

/** A text in a drawing; anchor: start, middle or end. */
const textAt = (tag, x, y, anchor, content) => s(tag, {x, y, 'text-anchor': anchor}, content);

/** A line in a drawing. */
const lineAt = (tag, x1, y1, x2, y2) => s(tag, {x1, y1, x2, y2});

/** Pieces with something between them. */
const joined = (pieces, between) => pieces.flatMap((piece, i) => (i ? [between, piece] : [piece]));

const isThere = thing => thing !== null && thing !== undefined && thing !== false;

function made(create, tag, rest) {
  const [name, ...classes] = tag.split('.');
  const element = create(name);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  const [attributes, ...children] = rest[0]?.constructor === Object ? rest : [{}, ...rest];
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (isThere(value)) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(isThere));
  return element;
}

/** Put children into an element; the focus stays on the control with the same data-key. */
function fill(element, ...children) {
  const key = element.contains(document.activeElement) && document.activeElement.dataset.key;
  element.replaceChildren(...children.flat(Infinity).filter(isThere));
  if (key) {
    const again = element.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (again) again.focus({preventScroll: true});
  }
}

/** What was last set on an element: asking the document would take longer than setting it. */
const LAST = Symbol('last');

/** Set an attribute only where it changes: the pictures of large graphs stay quick. */
function put(element, name, value) {
  if (changed(element, name, value)) element.setAttribute(name, value);
}

function write(element, text) {
  if (changed(element, LAST, text)) element.textContent = text;
}

function changed(element, key, value) {
  element[LAST] ??= {};
  if (element[LAST][key] === value) return false;
  element[LAST][key] = value;
  return true;
}
