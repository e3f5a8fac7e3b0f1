/* The page: examples, the editor, what a run shows, and the code in the address. */

import {code, mark, setCode, startEditor} from './editor.js';
import {fragment, packed, setFragment, unpacked} from './link.js';
import {python} from './python.js';
import * as results from './results.js';
import {switchLanguage, translate, word} from './words.js';

const byId = id => document.getElementById(id);
const {examples, versions} = await (await fetch('contents.json')).json();
const FIRST = Object.keys(examples)[0];
const engine = python(receive);
let state = 'starting'; // then ready, running, failed
let waiting = null; // code that runs as soon as Python is ready
let stopped = false; // whether Python starts again after Stop
let failed = false; // whether the run that is now on raised an error
let said = () => ''; // the status, made again in another language

function say(key, given) {
  said = () => word(key, given);
  byId('status').textContent = said();
}

function become(next) {
  state = next;
  document.body.dataset.state = next;
  byId('run').disabled = next === 'running';
  byId('stop').disabled = next !== 'running';
}

function start(key) {
  become('starting');
  say(key);
  engine.start();
}

function run() {
  if (state === 'running') return;
  const text = code();
  remember(text);
  if (state === 'ready') execute(text);
  else {
    waiting = text;
    if (state === 'failed') start('starting');
  }
}

function execute(text) {
  waiting = null;
  failed = false;
  become('running');
  say('running');
  mark(0);
  results.begin();
  engine.run(text);
}

function stop() {
  results.end(false);
  stopped = true;
  start('stopped');
}

function receive({kind, content, line}) {
  if (kind === 'ready') {
    become('ready');
    if (waiting === null) say(stopped ? 'stoppedReady' : 'ready', {python: content});
    else execute(waiting);
    stopped = false;
  } else if (kind === 'done') {
    become('ready');
    results.end(!failed);
    if (!failed) say('done', {seconds: content});
  } else if (kind === 'failed') {
    results.end(false);
    become('failed');
    if (/call stack/.test(content)) say('tooDeep');
    else say('failed', {why: content.replace(/\.$/, '')});
  } else {
    results.show(kind, content);
    if (kind === 'error') {
      failed = true;
      mark(line);
      say(line ? 'wrong' : 'raised', {line});
    }
  }
}

/** Keep the code in the address. */
async function remember(text) {
  const example = Object.keys(examples).find(name => examples[name] === text);
  if (example) setFragment('example', example);
  else setFragment('code', await packed(text));
  markExample(example);
}

async function copyLink() {
  await remember(code());
  try {
    await navigator.clipboard.writeText(location.href);
    say('copied');
  } catch {
    say('inAddress'); // no clipboard without https
  }
}

/** Put into the editor what the address names. Code of a link runs only when someone starts it. */
async function open() {
  const [name, text] = fragment();
  if (name === 'code') {
    try {
      setCode(await unpacked(text));
      say('foreign');
    } catch {
      say('damaged');
    }
    markExample();
  } else {
    const example = name === 'example' && Object.hasOwn(examples, text) ? text : FIRST;
    setCode(examples[example]);
    if (state === 'running') stop();
    run();
  }
}

function markExample(name) {
  for (const link of byId('examples').querySelectorAll('a'))
    if (link.dataset.word === name) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
}

function listExamples() {
  for (const name of Object.keys(examples)) {
    const link = document.createElement('a');
    link.href = `#example=${name}`;
    link.dataset.word = name;
    link.addEventListener('click', async event => {
      event.preventDefault();
      await remember(code()); // so that the way back leads to what stood here
      if (location.hash === link.hash) open();
      else location.hash = link.hash;
    });
    const item = document.createElement('li');
    item.append(link);
    byId('examples').append(item);
  }
}

listExamples();
translate(versions);
startEditor(run);
byId('run').addEventListener('click', run);
byId('stop').addEventListener('click', stop);
byId('copy').addEventListener('click', copyLink);
byId('language').addEventListener('click', () => {
  switchLanguage();
  translate(versions);
  byId('status').textContent = said();
});
byId('wide').addEventListener('click', () => {
  const isWide = document.body.classList.toggle('wide');
  byId('wide').setAttribute('aria-pressed', isWide);
});
addEventListener('hashchange', open);
start('starting');
await open();
