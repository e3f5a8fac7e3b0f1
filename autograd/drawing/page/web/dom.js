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
    if (typeof value === 'function') listen(element, {[name]: value});
    else if (isThere(value)) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(isThere));
  return element;
}

const LISTENERS = Symbol('listeners');
const hear = event => event.currentTarget[LISTENERS]?.[event.type]?.(event);

/** Listen with one function for each kind of event, in place of those before. */
function listen(element, functions) {
  element[LISTENERS] = {...element[LISTENERS], ...functions};
  for (const name of Object.keys(functions)) element.addEventListener(name, hear);
}

const WHOLE = Symbol('whole');

/** An element that `show` puts in as it is, and never turns into another. */
function whole(element) {
  element[WHOLE] = true;
  return element;
}

/** Make these the children of an element. What stands there and is of the same kind stays and is
 * turned into what is given, so that focus, scrolling and a slider that is dragged stay too. */
function show(element, ...children) {
  const wanted = children.flat(Infinity).filter(isThere).map(asNode);
  const old = [...element.childNodes];
  const given = new Set(wanted);
  const free = grouped(
    old.filter(node => !given.has(node) && !node[WHOLE]),
    kindOf,
  );
  const next = wanted.map(node => {
    const found = !node[WHOLE] && node.parentNode !== element && free.get(kindOf(node))?.shift();
    return found ? turnInto(found, node) : node;
  });
  const staying = new Set(next);
  for (const node of old) if (!staying.has(node)) node.remove();
  next.forEach((node, i) => {
    if (element.childNodes[i] !== node) element.insertBefore(node, element.childNodes[i] ?? null);
  });
}

/** The things of a list by what a function gives of each. */
function grouped(things, keyOf) {
  const groups = new Map();
  for (const thing of things) {
    const key = keyOf(thing);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(thing);
  }
  return groups;
}

const asNode = thing => (thing instanceof Node ? thing : document.createTextNode(thing));
const kindOf = node => `${node.nodeName} ${node.dataset?.key ?? node.id ?? ''}`;

/** Give a node the attributes, listeners, value and children of another one of its kind. */
function turnInto(node, given) {
  if (node instanceof Text) {
    if (node.data !== given.data) node.data = given.data;
    return node;
  }
  const isOther = name => name !== 'style'; // a style attribute is against the page's policy
  for (const name of node.getAttributeNames().filter(isOther))
    if (!given.hasAttribute(name)) node.removeAttribute(name);
  for (const name of given.getAttributeNames().filter(isOther)) {
    const value = given.getAttribute(name);
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  if (node.style.cssText !== given.style.cssText) node.style.cssText = given.style.cssText;
  node[LISTENERS] = undefined;
  if (given[LISTENERS]) listen(node, given[LISTENERS]);
  show(node, ...given.childNodes);
  const isSet = 'value' in given && given.value !== (given.defaultValue ?? '');
  if ((isSet || given.hasAttribute('value')) && node.value !== given.value)
    node.value = given.value;
  return node;
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
