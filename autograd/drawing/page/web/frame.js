/* The frame around the picture: a picture that is larger scrolls in it, to the node it is about. */

const HIGHEST = 0.8; // of the window; a higher picture scrolls in a frame of its own

const sizeOf = svg => ['width', 'height'].map(name => Number(svg.getAttribute(name)));

function showFrame(svg) {
  const [width, height] = sizeOf(svg);
  const isHigh = DATA.places && height > HIGHEST * S.windowHeight;
  const scrolls = isHigh || width > S.pictureWidth + 1;
  const frame = byId('picture');
  put(frame, 'class', isHigh ? 'bounded' : '');
  put(frame, 'tabindex', scrolls ? 0 : -1);
  byId('wide').hidden = !scrolls;
  show(byId('wide'), scrolls ? say('scroll') : []);
}

const isNarrow = () => S.windowWidth <= 1000; // the card is a sheet from below there

/** Scroll so that the node is seen that the view is about. */
function bringIntoView() {
  const part = picture().nodes.find(one => one.nodes.includes(watched()));
  if (!part) return;
  centerInFrame(part);
  if (isNarrow()) bringAboveSheet(part);
}

function bringAboveSheet(part) {
  const {top, bottom} = part.group.getBoundingClientRect();
  const free = byId(S.view === 'step' ? 'transport' : 'card').getBoundingClientRect().top - 8;
  if (top < 8) window.scrollBy(0, top - 8);
  else if (bottom > free) window.scrollBy(0, bottom - free);
}

function centerInFrame({x, y}) {
  const box = byId('picture');
  if (x < box.scrollLeft + 60 || x > box.scrollLeft + box.clientWidth - 60)
    box.scrollLeft = x - box.clientWidth / 2;
  if (y < box.scrollTop + 30 || y > box.scrollTop + box.clientHeight - 30)
    box.scrollTop = y - box.clientHeight / 2;
}
