/* What a run shows: text and pictures below the editor, in the order in which they came, and the
 * pages of explore beside it. Pictures and pages stand in frames that can do nothing to this page. */

import {word} from './words.js';

const byId = id => document.getElementById(id);
const [results, pages, empty, size] = ['results', 'pages', 'empty', 'size'].map(byId);
const BAR = 18; // pixels for a scroll bar below a picture
let old = false; // what is shown is of the run before

/** What is shown stays until there is something new: so nothing flickers. */
export function begin() {
  old = true;
  document.body.classList.add('old');
}

function fresh() {
  if (!old) return;
  old = false;
  document.body.classList.remove('old');
  results.replaceChildren();
  pages.replaceChildren();
  empty.hidden = false;
  size.hidden = true;
}

/** The end of a run; advice: whether to say how to show a picture where there is none. */
export function end(advice) {
  fresh();
  if (advice && !results.querySelector('iframe')) {
    const text = document.createElement('p');
    text.className = 'muted';
    text.dataset.word = 'noPicture';
    text.textContent = word('noPicture');
    results.append(text);
  }
}

export function show(kind, content) {
  fresh();
  if (kind === 'picture') results.append(picture(content));
  else if (kind === 'page') {
    pages.append(page(content));
    empty.hidden = true;
    size.hidden = false;
  } else addText(kind, content);
}

function addText(kind, content) {
  const last = results.lastElementChild;
  if (kind === 'text' && last?.className === 'text') {
    last.append(content);
    last.scrollTop = last.scrollHeight; // the end, where the newest text is
  } else {
    const block = document.createElement('pre');
    block.className = kind;
    block.tabIndex = 0; // so that the arrow keys can scroll it
    if (kind === 'error') block.setAttribute('role', 'alert');
    block.append(content);
    results.append(block);
  }
}

function frame(title, content, rights) {
  const element = document.createElement('iframe');
  element.title = title;
  element.setAttribute('sandbox', rights);
  element.srcdoc = content;
  return element;
}

function picture(svg) {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const title = root.querySelector('title')?.textContent ?? '';
  const head =
    '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">';
  const style = '<style>body{margin:0}svg{display:block}</style>';
  const element = frame(`${word('picture')}: ${title}`, head + style + svg, '');
  element.height = Math.ceil(Number.parseFloat(root.getAttribute('height'))) + BAR;
  return element;
}

function page(html) {
  const title = new DOMParser().parseFromString(html, 'text/html').title;
  return frame(`${word('page')}: ${title}`, html, 'allow-scripts');
}
