/* The focus in the picture: one stop for Tab, from which arrows lead to the nearest node or weight;
 * Enter picks it. */

const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

/** All that can be picked, each with its place. */
const stops = remembered(() => {
  const {nodes, edges} = picture();
  return [...nodes, ...edges.filter(part => part.weight >= 0)];
});

/** Whether the view is about a stop: a node that is watched, or the weight that an edge is. */
const isAbout = part => (part.nodes ?? [part.weight]).includes(watched());

/** The stop for Tab: where the focus is, else what the view is about. */
function showStops() {
  const focused = stops().find(part => part.group === document.activeElement);
  const first = focused ?? stops().find(isAbout) ?? stops()[0];
  for (const part of stops()) put(part.group, 'tabindex', part === first ? 0 : -1);
}

/** The nearest stop in a direction; what lies aside counts as further away. */
function nearest(from, [dx, dy]) {
  const distance = part => {
    const [x, y] = [part.x - from.x, part.y - from.y];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    return along > 1 && part !== from ? along + 3 * aside : Infinity;
  };
  const best = stops().reduce((a, b) => (distance(b) < distance(a) ? b : a));
  return distance(best) < Infinity ? best : null;
}

function onPictureKey(event) {
  const at = stops().find(part => part.group === event.target);
  const direction = ARROWS[event.key];
  if (!at || !(direction || event.key === 'Enter' || event.key === ' ')) return;
  event.preventDefault();
  if (direction) (nearest(at, direction) ?? at).group.focus();
  else at.pick();
  showStops();
}

/** A click picks and leaves the arrows to the stepping: the focus does not go into the picture. */
function onPictureDown(event) {
  event.preventDefault();
  document.activeElement?.blur();
}
