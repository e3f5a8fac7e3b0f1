/* The store: one state, and what is computed from it, remembered until what it read has changed. */

const MOST_REMEMBERED = 3000; // results of one function
const state = {};
let reads = null; // what the function that runs now has read so far, and how to read it again

/** The state as functions read it; `change` sets it. */
const S = new Proxy(state, {
  get(_, name) {
    reads?.set(name, {again: () => state[name], was: state[name]});
    return state[name];
  },
});

/** A function of the state and of one thing or none that computes again only where what it read has
 * changed: fields of the state, and what other such functions found.

same: two results that need not be told apart, as f makes a new object each time.
*/
function remembered(f, same = Object.is) {
  const known = new Map();
  return function again(x) {
    let entry = known.get(x);
    if (!entry || untracked(() => hasChanged(entry))) {
      const found = tracked(() => f(x));
      if (entry && same(found.result, entry.result)) found.result = entry.result;
      entry = found;
      known.delete(x);
      known.set(x, entry);
      if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value);
    }
    const {result} = entry;
    if (entry.reads.size) reads?.set(entry, {again: () => again(x), was: result});
    return result;
  };
}

const hasChanged = entry =>
  [...entry.reads.values()].some(({again, was}) => !Object.is(again(), was));

/** The result of a function, and what it read. */
function tracked(f) {
  const own = new Map();
  return {result: withReads(own, f), reads: own};
}

const untracked = f => withReads(null, f);

function withReads(own, f) {
  const outer = reads;
  reads = own;
  try {
    return f();
  } finally {
    reads = outer;
  }
}

/** Whether two lists hold the same. */
const sameList = (a, b) => a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
