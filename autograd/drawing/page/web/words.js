/* What the page says, in the language that is chosen: words.en.json and words.ko.json; names.

{name} in a text stands for something that is put in. */

const WORDS = DATA.words;
const LANGUAGES = Object.keys(WORDS);

const t0 = key => WORDS[S.language][key];

/** A text with things put in for {names}: a list of strings and of copies of elements. */
function t(key, things = {}) {
  const copy = thing =>
    thing instanceof Node ? thing.cloneNode(true) : Array.isArray(thing) ? thing.map(copy) : thing;
  const pieces = t0(key)
    .split(/(\{\w+\})/)
    .map(piece => {
      const mark = /^\{(\w+)\}$/.exec(piece);
      return mark && mark[1] in things ? copy(things[mark[1]]) : piece;
    });
  return S.language === 'ko' ? withParticles(pieces) : pieces;
}

// Particles of Korean, after a final consonant and after a vowel; after ㄹ it is 로.
const PARTICLES = [
  ['을', '를'],
  ['이', '가'],
  ['은', '는'],
  ['과', '와'],
  ['으로', '로'],
  ['이라고', '라고'],
];
const PARTICLE = new RegExp(`^(${PARTICLES.flat().join('|')})(?=[ .,:;)?]|$)`);

/** What is put in ends as it may: the particle after it goes with its last sound. */
function withParticles(pieces) {
  return pieces.map((piece, i) => {
    const found = i > 0 && typeof piece === 'string' && PARTICLE.exec(piece);
    const before = found && finalSound(spokenText(pieces[i - 1]));
    if (!before) return piece;
    const pair = PARTICLES.find(each => each.includes(found[1]));
    const isVowel = before === 'vowel' || (pair[1] === '로' && before === 'ㄹ');
    return pair[isVowel ? 1 : 0] + piece.slice(found[1].length);
  });
}

const spokenText = thing =>
  Array.isArray(thing) ? thing.map(spokenText).join('') : (thing?.textContent ?? String(thing));

/** How the last letter or digit of a text sounds at its end: vowel, consonant, or ㄹ. */
function finalSound(text) {
  const letter = text.replace(/[^\p{L}\p{N}%]+$/u, '').at(-1);
  if (letter === undefined) return null;
  const code = letter.charCodeAt(0) - 0xac00;
  if (code >= 0 && code < 11172) return ['vowel', 'ㄹ'][[0, 8].indexOf(code % 28)] ?? 'consonant';
  if (/[178lr]/i.test(letter)) return 'ㄹ';
  return /[036mn]/i.test(letter) ? 'consonant' : 'vowel';
}

/** The same where things that are whole numbers are nodes, and stand as their names. */
function withNames(key, things) {
  const named = ([name, thing]) => [name, typeof thing === 'number' ? nameOf(thing) : thing];
  return t(key, Object.fromEntries(Object.entries(things).map(named)));
}

/** The same as plain text, for labels and speech. */
function say(key, things = {}) {
  return t(key, things)
    .map(piece => (piece instanceof Element ? piece.textContent : piece))
    .join('');
}

const IN_ORDER = new Intl.Collator('en', {numeric: true});

/** Nodes by name, w2 before w17; constants, which are named by their numbers, stay as they are. */
const byName = nodes =>
  [...nodes].sort((a, b) =>
    isConstant(a) || isConstant(b) ? a - b : IN_ORDER.compare(G.names[a], G.names[b]),
  );

/** How many of a list are not shown, where any are. */
const andMore = (all, shown) =>
  all.length > shown.length && h('p.muted.others', t('more', {n: all.length - shown.length}));

/** Names of nodes with commas between; of many the first ones. */
function nameList(nodes, most = 24) {
  const shown = joined(nodes.slice(0, most).map(nameOf), ', ');
  return nodes.length > most ? [...shown, `, \u2026 (${nodes.length})`] : shown;
}

/** Of a name the letters and the number to be lowered, or the name as it is. */
function lettersAndDigits(node) {
  const match = /^([A-Za-z\u0177\u03b1-\u03c9]{1,2})(\d{1,4})$/.exec(G.names[node]);
  return match ? match.slice(1) : [G.names[node], ''];
}

/** The name of a node in HTML: w with a lowered 17. */
function nameOf(node) {
  const [letters, digits] = lettersAndDigits(node);
  return h('span.name', [letters, digits && h('sub', digits)]);
}

/** A name in SVG, lowered with dy, which every browser knows. */
function nameText(node, attributes) {
  const [letters, digits] = lettersAndDigits(node);
  const shown = letters.length > 7 && !digits ? letters.slice(0, 6) + '\u2026' : letters;
  return s('text', attributes, [shown, digits ? s('tspan.lowered', {dy: 4}, digits) : null]);
}

/** ∂a/∂b as a fraction. */
function fraction(above, below) {
  return h('span.fraction', [
    h('span', ['\u2202', nameOf(above)]),
    h('span.unseen', '/'),
    h('span', ['\u2202', nameOf(below)]),
  ]);
}

/** ∂a/∂b in a line. */
function slope(above, below) {
  return h('span.slope', ['\u2202', nameOf(above), '/\u2202', nameOf(below)]);
}
