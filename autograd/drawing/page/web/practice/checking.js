/* Checking an answer: a number, or arithmetic with numbers, within the digits that are shown. */

const SHOW = 'show'; // in place of an answer: the right one is shown
const ENOUGH = 3; // digits of an answer; the last may be off by one, since what is shown is rounded
const NEARLY = 0.06; // relative: right but for its digits

/** The number that a text gives, as people write it: 0.5, −1.5e−4, 0,5, 1 − 0.6^2; null if none. */
function numberIn(text) {
  const comma = /^\s*[-\u2212+]?\d+,\d+\s*$/.test(text) ? text.replace(',', '.') : text;
  const formula = comma
    .replace(/\*\*/g, '^')
    .replaceAll('-', MINUS)
    .replaceAll('*', '\u00b7')
    .replaceAll('²', '^2')
    .replace(/(^|[^\d.])\./g, '$10.')
    .replace(/(\d)[eE]\+?/g, '$1e')
    .replace(/^\s*\+/, '');
  const found = recomputed(formula);
  return Number.isFinite(found) ? found : null;
}

const isWithin = (x, right) =>
  x === right || (right !== 0 && Math.abs(x - right) <= 1.000001 * lastDigit(right, ENOUGH));

/** What is to say of an answer: {word, things}, and whether it is right. */
function practiceVerdictOf(question, text) {
  if (text === '') return null;
  if (text === SHOW) return {word: 'verdictShown', things: {}, done: true};
  const right = {word: 'verdictRight', things: {}, done: true, right: true};
  const wrong = {word: 'verdictWrong', things: {}};
  if (question.choices) return Number(text) === question.answer ? right : wrong;
  const x = numberIn(text);
  if (x === null) return {word: 'verdictUnread', things: {}, again: true};
  const accepted = [question.answer, ...question.others.filter(Number.isFinite)];
  const fits = y => accepted.some(one => isWithin(y, one));
  if (fits(x)) return right;
  if (fits(-x)) return {word: 'verdictSign', things: {}};
  const mistake = question.mistakes.find(([number]) => isWithin(x, number));
  if (mistake) return {word: mistake[1], things: mistake[2]};
  const isNear = accepted.some(one => Math.abs(x - one) <= NEARLY * Math.abs(one));
  return isNear ? {word: 'verdictNearly', things: {}, again: true} : wrong;
}
