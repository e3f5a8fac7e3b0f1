/* Products that travel along their edges into the sums: what moves between two positions. */

const PACE = 900; // milliseconds from one step to the next while it plays
const SPEEDS = [0.25, 0.5, 1, 2, 4];
/** When a phase begins, as a share of the time that one wave of products takes. */
const BEGINS = {visit: 0, product: 0.15, sum: 0.72};
const END = 0.95;
const FEW_PRODUCTS = 4; // beside which there is room for the local derivatives
const MOST_FLYING = 200; // products of a wave that are seen to move
const APART = 22; // pixels between the products of one edge

const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');
let flightFrame = 0;

/** What is under way to the present position, if anything is; any other change of the numbers or of
 * the position ends it. */
function flightNow() {
  const {flight} = S;
  const isHere = flight && flight.step === S.step && flight.part === S.part;
  return isHere && flight.sweep === sweep() && S.view === 'step' ? flight : null;
}

/** How many products were handed on at a position: of the present visit, and all before. */
const handedAt = ({step, part}) => (part === COMPLETE ? productsAt(step).length : part);

/** The products on the way from one position to a later one, in waves: a node hands on after it was
 * handed its own, and each sum grows in the order of the sweep. */
function wavesBetween(from, to) {
  const waves = [];
  const arrival = new Map(); // of each node: the wave that it is handed something by
  for (let step = Math.max(from.step, G.steps.length + 1); step <= to.step; step++) {
    const first = step === from.step ? handedAt(from) : 0;
    const last = step === to.step ? handedAt(to) : Infinity;
    const node = nodeAt(step);
    const lines = productsAt(step).slice(first, last);
    const earlier = lines.map(line => arrival.get(line.parent) ?? 0);
    const wave = Math.max(0, ...earlier, (arrival.get(node) ?? -1) + 1);
    for (const line of lines) {
      waves[wave] ??= [];
      waves[wave].push({node, line});
      arrival.set(line.parent, wave);
    }
  }
  return waves;
}

/** What starts to move towards a position, or null: nothing does forward, nor in a picture of
 * groups, nor where less motion is wanted. */
function flightTo(from, to) {
  const waves = lessMotion.matches || !picture().edges.length ? [] : wavesBetween(from, to);
  if (!waves.length) return null;
  const phase = from.step === to.step ? 'product' : 'visit'; // the visit began before, or begins
  return {...to, sweep: sweep(), waves, wave: 0, phase};
}

/** Run what `flightTo` found: its own time goes on, as fast as is chosen, until all has arrived. */
function takeOff() {
  clearFlight();
  if (!flightNow()) return;
  let time = BEGINS[flightNow().phase]; // in waves
  let before = performance.now();
  let flying = null;
  const frame = now => {
    time += (Math.max(0, now - before) * S.speed) / PACE;
    before = now;
    const flight = flightNow();
    const share = time - (flight?.wave ?? 0);
    if (!flight || (flight.wave === flight.waves.length - 1 && share >= END)) {
      flying?.remove();
      if (S.flight) change({flight: null});
      return;
    }
    const next = share >= 1 ? {wave: flight.wave + 1, phase: 'visit'} : {phase: phaseAt(share)};
    if (Object.keys(next).some(name => next[name] !== flight[name]))
      change({flight: {...flight, ...next}});
    flying = showFlying(flying, flightNow(), time - flightNow().wave);
    flightFrame = requestAnimationFrame(frame);
  };
  flightFrame = requestAnimationFrame(frame);
}

const phaseAt = share => PHASES.findLast(phase => share >= BEGINS[phase]);

function clearFlight() {
  cancelAnimationFrame(flightFrame);
  byId('picture').querySelector('.flight')?.remove();
}

/** How long it takes until the next press of play, in milliseconds. */
const paceNow = () => (PACE * Math.max(1, flightNow()?.waves.length ?? 1)) / S.speed;

/** The stepping as it is seen: what is still on the way is not in the sums yet. */
function seenMoment() {
  const now = stepping();
  const flight = flightNow();
  const shown = now.part > 0 ? [now.ledger[now.cut - 1]] : productsOf(now.ledger);
  const here = now.back ? shown.map(line => ({node: now.node, line})) : [];
  if (!flight) return {...now, working: [now.node], moving: here};
  const {waves, wave, phase} = flight;
  const away = waves.slice(phase === 'sum' ? wave + 1 : wave).flat();
  const [grad, received] = [now.grad.slice(), now.received.slice()];
  for (const {line} of away.reverse()) {
    grad[line.parent] = line.before;
    received[line.parent] = line.received - 1;
  }
  const working = [...new Set(waves[wave].map(one => one.node))];
  const moving = phase === 'visit' ? [] : waves[wave];
  const grown = phase === 'sum' ? waves[wave].map(({line}) => line.parent) : [];
  const hidesLocals = moving.length > FEW_PRODUCTS;
  return {...now, grad, received, working, moving, grown, hidesLocals, last: false};
}

/** Where a node is in the picture: its own part, or the edge that it is the weight of. */
function pictured(node) {
  const {nodes, edges} = picture();
  return nodes.find(part => part.nodes.includes(node)) ?? edges.find(part => part.weight === node);
}

/** The way of a product, from the node that hands it on to the parent: its places by shares, and
 * the lane, which other products may have too. */
function wayOf({node, line}) {
  const [from, to] = [pictured(node), pictured(line.parent)];
  if (!from || !to) return null;
  const isOn = part => part.child === node && part.slots.includes(line.slot);
  const edge = picture().edges.find(isOn);
  const between = (name, share) => from[name] + (to[name] - from[name]) * share;
  const straight = share => ({x: between('x', share), y: between('y', share)});
  if (!edge) return {to, lane: line, at: straight};
  const length = edge.line.getTotalLength();
  const end = to === edge ? STOP : 0; // a weight is half way
  const along = share => edge.line.getPointAtLength(length * (1 - share * (1 - end)));
  return {to, lane: edge, at: along};
}

/** A wave's products, each a chip with its number; of many, points. */
function flyingChips(wave) {
  const ways = wave.slice(0, MOST_FLYING).map(wayOf);
  const few = wave.length <= MOST_CHIPS;
  const inLanes = new Map();
  return wave.flatMap(({line}, i) => {
    const way = ways[i];
    if (!way) return [];
    const before = inLanes.get(way.lane) ?? 0;
    inLanes.set(way.lane, before + 1);
    const text = numeral(line.handed, picture().digits);
    const length = text.length * 6.6 + 14;
    const frame = s('rect', {x: -length / 2, y: -11, width: length, height: 22, rx: 11});
    const content = few ? [frame, textAt('text.grad', 0, 4, 'middle', text)] : s('circle', {r: 5});
    const kind = classes('product', !way.to.grad && 'stays'); // where no sum is written
    return {group: s('g', {class: kind}, content), at: way.at, aside: few ? before * APART : 0};
  });
}

/** Put the products of a flight where they are at a share of its wave's time. */
function showFlying(flying, flight, share) {
  const {svg} = picture();
  if (flying?.svg !== svg || flying.wave !== flight.wave) {
    flying?.remove();
    const chips = flyingChips(flight.waves[flight.wave]);
    const groups = chips.map(chip => chip.group);
    const element = s('g.flight', {'aria-hidden': 'true'}, groups);
    svg.append(element);
    flying = {svg, wave: flight.wave, element, chips, remove: () => element.remove()};
  }
  const along = (share - BEGINS.product) / (BEGINS.sum - BEGINS.product);
  const eased = along <= 0 ? 0 : along >= 1 ? 1 : along * along * (3 - 2 * along);
  put(flying.element, 'class', classes('flight', flight.phase));
  for (const {group, at, aside} of flying.chips) {
    const {x, y} = at(eased);
    put(group, 'transform', `translate(${x.toFixed(1)} ${(y + aside * (1 - eased)).toFixed(1)})`);
  }
  return flying;
}
