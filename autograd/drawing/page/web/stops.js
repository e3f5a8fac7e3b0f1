/* The focus in the picture: one stop for Tab, from which arrows lead on; Enter picks. */

function stopsOf({nodes, edges}) {
  return nodes;
}

/** Tab stops at what the view is about. */
function showStops(picture) {
  const stops = stopsOf(picture);
  const about = stops.find(part => part.nodes.includes(watched())) ?? stops[0];
  for (const part of stops) put(part.group, 'tabindex', part === about ? 0 : -1);
}

function onPictureKey(event) {
  const stops = stopsOf(picture());
  const at = stops.findIndex(part => part.group === event.target);
  const by = {ArrowUp: -1, ArrowDown: 1}[event.key];
  if (at < 0 || !(by || event.key === 'Enter' || event.key === ' ')) return;
  event.preventDefault();
  if (by) stops[(at + by + stops.length) % stops.length].group.focus();
  else pick(stops[at].nodes.at(-1));
}
