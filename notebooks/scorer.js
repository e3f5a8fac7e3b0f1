// The order of what the search finds: pages by task before long ones that name everything.
const EVERYTHING = /^(api-|decisions|machine-code|contributing|changes|benchmarks|command-line)/;

var Scorer = {
  score: ([page, , , , score, , kind]) => (kind === "text" && EVERYTHING.test(page) ? score / 4 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
