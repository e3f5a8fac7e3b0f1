/* The colors of Python's code: comments, strings, numbers and keywords. */

const KEYWORDS =
  'False None True and as assert async await break class continue def del elif else except finally ' +
  'for from global if import in is lambda nonlocal not or pass raise return try while with yield';

const TOKEN = new RegExp(
  [
    '(?<comment>#[^\\n]*)',
    '(?<string>\\b[rbfuRBFU]{0,2}(?:\'\'\'|""")[^]*?(?:\'\'\'|"""|$)',
    '\\b[rbfuRBFU]{0,2}(?:"(?:\\\\[^]|[^"\\\\\\n])*"?|\'(?:\\\\[^]|[^\'\\\\\\n])*\'?)',
    '(?:\'\'\'|""")[^]*?(?:\'\'\'|"""|$)',
    '"(?:\\\\[^]|[^"\\\\\\n])*"?|\'(?:\\\\[^]|[^\'\\\\\\n])*\'?)',
    '(?<number>\\b\\d[\\w.]*)',
    `(?<keyword>\\b(?:${KEYWORDS.replaceAll(' ', '|')})\\b)`,
  ].join('|'),
  'g',
);

/** The code in pieces, each a text and its kind, "" for what has no color. */
export function pieces(code) {
  const found = [];
  let end = 0;
  for (const match of code.matchAll(TOKEN)) {
    if (match.index > end) found.push([code.slice(end, match.index), '']);
    const [kind] = Object.entries(match.groups).find(([, text]) => text !== undefined);
    found.push([match[0], kind]);
    end = match.index + match[0].length;
  }
  return [...found, [code.slice(end), '']];
}
