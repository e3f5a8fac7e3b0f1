/* Making elements. Text is always text, never markup, so that no label can do harm. */

const SVG = 'http://www.w3.org/2000/svg';

const byId = id => document.getElementById(id);

/** An HTML element: attributes (functions are listeners; null and false are left out), children. */
function h(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element. */
function s(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(
    ...children
      .flat(Infinity)
      .filter(child => child !== null && child !== false && child !== undefined),
  );
  return element;
}

/** Put children into an element; the focus stays on the control with the same data-key. */
function fill(element, ...children) {
  const key = element.contains(document.activeElement) && document.activeElement.dataset.key;
  element.replaceChildren(
    ...children
      .flat(Infinity)
      .filter(child => child !== null && child !== false && child !== undefined),
  );
  if (key) {
    const again = element.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (again) again.focus({preventScroll: true});
  }
}

/** What was last set on an element: asking the document would take longer than setting it. */
const LAST = Symbol('last');

/** Set an attribute only where it changes: the pictures of large graphs stay quick. */
function put(element, name, value) {
  element[LAST] ??= {};
  const last = element[LAST];
  if (last[name] === value) return;
  last[name] = value;
  element.setAttribute(name, value);
}

function write(element, text) {
  element[LAST] ??= {};
  const last = element[LAST];
  if (last.text === text) return;
  last.text = text;
  element.textContent = text;
}
