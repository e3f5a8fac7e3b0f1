/* The texts of the page; {name} stands for something put in. */

export const WORDS = {
  en: {
    title: 'Try chainrule',
    book: 'The book',
    other: '한국어',
    otherLanguage: 'ko',
    lead: 'Python runs in this page. Change the code, run it, and look at every number of the chain rule.',
    examples: 'Examples',
    code: 'Code',
    run: 'Run',
    stop: 'Stop',
    copy: 'Copy link',
    keys: 'Ctrl+Enter runs. Tab indents; to leave the editor by Tab, press Esc first.',
    pages: 'Pages of explore',
    wide: 'Full width',
    empty: 'explore(y), on a line of its own, opens its page here.',
    noPicture: 'draw(y), on a line of its own, shows its picture here.',
    made: 'Nothing that you write leaves this page. Python: Pyodide {pyodide}. Layout: Graphviz, by Viz.js {viz}.',
    starting: 'Python starts: some 15 MB the first time…',
    ready: '{python} is ready.',
    running: 'Running…',
    done: 'Done in {seconds} s.',
    wrong: 'Line {line}: an error, see below.',
    raised: 'An error, see below.',
    stopped: 'Stopped. Python starts again…',
    stoppedReady: 'Stopped. {python} is ready.',
    failed: 'Python could not go on: {why}. Run starts it again.',
    tooDeep:
      'Too deep for a browser: more than some thousand operations in a row, or a recursion. Run starts Python again.',
    foreign: 'The code came with the link. Read it, then run it.',
    damaged: 'The link is damaged: its code can’t be read.',
    copied: 'Copied: the link holds the code.',
    inAddress: 'The address of this page now holds the code: copy it.',
    picture: 'Picture',
    page: 'Page',
    neuron: 'A neuron',
    paths: 'Paths of w17',
    saturated: 'Saturation',
    operation: 'Own operation',
    second: 'Second derivative',
    softmax: 'Softmax',
    anomaly: 'NaN',
    xor: 'XOR',
    derive: 'As on paper',
    compile: 'Compiled',
  },
  ko: {
    title: 'chainrule 써 보기',
    book: '책으로',
    other: 'English',
    otherLanguage: 'en',
    lead: '이 페이지 안에서 Python이 실행됩니다. 코드를 고쳐 실행하고, 연쇄 법칙의 모든 숫자를 확인해 보세요.',
    examples: '예제',
    code: '코드',
    run: '실행',
    stop: '중지',
    copy: '링크 복사',
    keys: 'Ctrl+Enter로 실행합니다. Tab은 들여쓰기입니다. Tab으로 편집기를 벗어나려면 먼저 Esc를 누르세요.',
    pages: 'explore 페이지',
    wide: '넓게 보기',
    empty: 'explore(y)를 한 줄에 따로 쓰면 그 페이지가 여기에 열립니다.',
    noPicture: 'draw(y)를 한 줄에 따로 쓰면 그림이 여기에 나타납니다.',
    made: '입력한 코드는 이 페이지 밖으로 나가지 않습니다. Python: Pyodide {pyodide}. 배치: Graphviz, Viz.js {viz}.',
    starting: 'Python을 시작하고 있습니다. 처음에는 약 15 MB를 받습니다…',
    ready: '{python} 준비가 끝났습니다.',
    running: '실행 중…',
    done: '{seconds}초 걸렸습니다.',
    wrong: '{line}번째 줄에서 오류가 났습니다. 아래를 보세요.',
    raised: '오류가 났습니다. 아래를 보세요.',
    stopped: '중지했습니다. Python을 다시 시작하고 있습니다…',
    stoppedReady: '중지했습니다. {python} 준비가 끝났습니다.',
    failed: 'Python을 계속 실행할 수 없습니다: {why}. 실행을 누르면 다시 시작합니다.',
    tooDeep:
      '브라우저에는 너무 깊습니다. 연산이 천 번 넘게 이어졌거나 재귀가 깊습니다. 실행을 누르면 Python을 다시 시작합니다.',
    foreign: '링크에 담긴 코드입니다. 먼저 읽어 보고 실행하세요.',
    damaged: '링크가 손상되어 코드를 읽을 수 없습니다.',
    copied: '코드를 담은 링크를 복사했습니다.',
    inAddress: '이 페이지의 주소에 코드를 담았습니다. 주소를 복사하세요.',
    picture: '그림',
    page: '페이지',
    neuron: '뉴런 하나',
    paths: 'w17의 경로',
    saturated: '포화',
    operation: '나만의 연산',
    second: '이계도함수',
    softmax: '소프트맥스',
    anomaly: 'NaN',
    xor: 'XOR',
    derive: '종이에 쓰듯이',
    compile: '컴파일',
  },
};

const KEY = 'chainrule language';
let language = first();

/** The language of the last visit, or the browser's. */
function first() {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept in WORDS) return kept;
  } catch {
    // A browser may forbid to keep anything.
  }
  return navigator.language.startsWith('ko') ? 'ko' : 'en';
}

export const word = (key, given = {}) =>
  WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => given[name]);

/** Put all texts of the document into the present language. */
export function translate(given) {
  document.documentElement.lang = language;
  document.title = word('title');
  for (const element of document.querySelectorAll('[data-word]'))
    element.textContent = word(element.dataset.word, given);
  for (const element of document.querySelectorAll('[data-word-label]'))
    element.setAttribute('aria-label', word(element.dataset.wordLabel));
  for (const element of document.querySelectorAll('[data-word-lang]'))
    element.lang = word(element.dataset.wordLang);
}

export function switchLanguage() {
  language = word('otherLanguage');
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Then it holds for this visit.
  }
}
