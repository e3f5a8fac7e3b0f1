/* The editor: a textarea, so that undo, input methods and screen readers work as everywhere; below
 * it the same text in colors, beside it the numbers of the lines. */

import {pieces} from './highlight.js';

const INDENT = '    ';
const byId = id => document.getElementById(id);
const [field, colors, lines] = ['code', 'colors', 'lines'].map(byId);
let wrongLine = 0;
let leaving = false; // after Esc, Tab moves the focus

export const code = () => field.value;

/** Other code in place of what stands there. */
export function setCode(text) {
  field.value = text;
  mark(0);
}

/** Mark a line as the one with the error; 0 for none. */
export function mark(line) {
  wrongLine = line;
  paint();
}

/** run: called at Ctrl+Enter. */
export function startEditor(run) {
  field.addEventListener('input', () => mark(0));
  field.addEventListener('blur', () => {
    leaving = false;
  });
  field.addEventListener('keydown', event => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      breakLine();
    } else if (event.key === 'Tab' && !leaving) {
      event.preventDefault();
      indent(event.shiftKey);
    }
    leaving = event.key === 'Escape' || (leaving && ['Tab', 'Shift'].includes(event.key));
  });
}

/** A text in place of the selection, in a way that can be undone. */
function insert(text) {
  document.execCommand('insertText', false, text);
}

function breakLine() {
  const before = field.value.slice(0, field.selectionStart).split('\n').at(-1);
  const deeper = /:\s*(#.*)?$/.test(before) ? INDENT : '';
  insert('\n' + before.match(/^ */)[0] + deeper);
}

function indent(back) {
  const {value, selectionStart: start, selectionEnd: end} = field;
  if (start === end && !back) {
    insert(INDENT);
    return;
  }
  const first = value.lastIndexOf('\n', start - 1) + 1;
  const next = value.indexOf('\n', Math.max(end - 1, first));
  const last = next < 0 ? value.length : next;
  const changed = value
    .slice(first, last)
    .split('\n')
    .map(line => (back ? line.replace(/^ {1,4}/, '') : INDENT + line))
    .join('\n');
  field.setSelectionRange(first, last);
  insert(changed);
  field.setSelectionRange(
    start === end ? Math.max(first, start - 4) : first,
    first + changed.length,
  );
  if (start === end) field.setSelectionRange(field.selectionStart, field.selectionStart);
}

function span(text, kind) {
  const element = document.createElement('span');
  element.textContent = text;
  element.className = kind;
  return element;
}

function paint() {
  const text = field.value;
  // A line break at the end would have no height.
  colors.replaceChildren(...pieces(text + ' ').map(([part, kind]) => span(part, kind)));
  const numbers = text.split('\n').map((_, i) => i + 1);
  lines.replaceChildren(...numbers.map(n => span(`${n}\n`, n === wrongLine ? 'wrong' : '')));
}
