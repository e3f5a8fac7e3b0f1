/* What the page says, in the language that is chosen: words.en.json and words.ko.json.

{name} in a text stands for something that is put in. */

const WORDS = DATA.words;
const LANGUAGES = Object.keys(WORDS);

const t0 = key => WORDS[S.language][key];

/** A text with things put in for {names}: a list of strings and of copies of elements. */
function t(key, things = {}) {
  const copy = thing =>
    thing instanceof Node ? thing.cloneNode(true) : Array.isArray(thing) ? thing.map(copy) : thing;
  return t0(key)
    .split(/(\{\w+\})/)
    .map(piece => {
      const mark = /^\{(\w+)\}$/.exec(piece);
      return mark && mark[1] in things ? copy(things[mark[1]]) : piece;
    });
}

/** The same where things that are whole numbers are nodes, and stand as their names. */
function told(key, things) {
  return t(
    key,
    Object.fromEntries(
      Object.entries(things).map(([name, thing]) => [
        name,
        typeof thing === 'number' ? nameOf(G.names[thing]) : thing,
      ]),
    ),
  );
}

/** The same as plain text, for labels and speech. */
function say(key, things = {}) {
  return t(key, things)
    .map(piece => (piece instanceof Element ? piece.textContent : piece))
    .join('');
}

/** Names of nodes with commas between; of many the first ones. */
function nameList(nodes, most = 24) {
  const shown = nodes.slice(0, most).flatMap((node, i) => [i ? ', ' : '', nameOf(G.names[node])]);
  return nodes.length > most ? [...shown, `, \u2026 (${nodes.length})`] : shown;
}
