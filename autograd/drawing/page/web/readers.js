/* Reading words, as the address has them: null for a word that makes no sense. */

const MOST_SEED = 9999999;

/** A function: a word, where it is one of a list. */
const oneOf = list => word => (list.includes(word) ? word : null);

function numberOfWord(word, most) {
  return /^\d{1,7}$/.test(word) && Number(word) <= most ? Number(word) : null;
}

const booleanOfWord = word => ({true: true, false: false})[word] ?? null;

/** Whether a text is a finite number as JavaScript writes one. */
const isNumber = text => text.trim() !== '' && Number.isFinite(Number(text));
