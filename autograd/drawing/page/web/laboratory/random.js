/* Python's random numbers: the same seed gives the weights and the shuffles that `nn` draws.

M. Matsumoto, T. Nishimura, Mersenne Twister (1998), as Python's `random.Random` uses it.
*/

const TWISTER = {size: 624, middle: 397};

class PythonRandom {
  /** seed: a whole number of at most 53 bits; its sign does not count, as in Python. */
  constructor(seed) {
    const words = [];
    for (let rest = Math.abs(seed); rest > 0; rest = Math.floor(rest / 2 ** 32))
      words.push(rest % 2 ** 32);
    this.state = initialState(words.length ? words : [0]);
    this.next = TWISTER.size;
  }

  /** 32 random bits. */
  word() {
    if (this.next === TWISTER.size) this.twist();
    let y = this.state[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  twist() {
    const {state} = this;
    const {size, middle} = TWISTER;
    for (let i = 0; i < size; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % size] & 0x7fffffff);
      state[i] = state[(i + middle) % size] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }

  /** A number from 0 to below 1, of 53 bits. */
  random() {
    const high = this.word() >>> 5;
    return (high * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
  }

  uniform(low, high) {
    return low + (high - low) * this.random();
  }

  /** A whole number from 0 to below a count: numbers of as many bits until one is below it. */
  below(count) {
    const bits = 32 - Math.clz32(count);
    let x = count;
    while (x >= count) x = this.word() >>> (32 - bits);
    return x;
  }

  /** Shuffle a list in place. */
  shuffle(list) {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
}

/** The state of a key of 32-bit words: the generator's own init_by_array. */
function initialState(key) {
  const {size} = TWISTER;
  const state = new Uint32Array(size);
  state[0] = 19650218;
  const mixed = (i, factor) => Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), factor);
  for (let i = 1; i < size; i++) state[i] = mixed(i, 1812433253) + i;
  let [i, j] = [1, 0];
  const advance = () => {
    if (++i < size) return;
    state[0] = state[size - 1];
    i = 1;
  };
  for (let k = Math.max(size, key.length); k > 0; k--) {
    state[i] = (state[i] ^ mixed(i, 1664525)) + key[j] + j;
    j = (j + 1) % key.length;
    advance();
  }
  for (let k = size - 1; k > 0; k--) {
    state[i] = (state[i] ^ mixed(i, 1566083941)) - i;
    advance();
  }
  state[0] = 0x80000000;
  return state;
}
