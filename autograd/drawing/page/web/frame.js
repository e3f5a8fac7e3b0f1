/* The frame around the picture: it scrolls, zooms, and shows the node that the view is about. */

const ZOOMS = [0.1, 4]; // the smallest and the largest
const CLOSER = 1.25; // of one press
const LEAST_HEIGHT = 180; // of the frame, in pixels

const isNarrow = () => S.windowWidth <= 1000; // the card is a sheet from below there

const sizeOf = svg => ['width', 'height'].map(name => Number(svg.getAttribute(name)));

/** The height of the frame at most: what menus and transport, or the sheet, leave of the window. */
const mostHeight = () =>
  Math.max(LEAST_HEIGHT, isNarrow() ? 0.6 * S.windowHeight - 120 : S.windowHeight - 350);

/** How a picture fits: its size at the present zoom, and whether it is larger than the frame. */
function fitting() {
  const [width, height] = sizeOf(picture().svg);
  const isLarger = zoom =>
    zoom * width > S.pictureWidth + 1 || (!G.network && zoom * height > mostHeight());
  const fit = Math.min(1, S.pictureWidth / width, G.network ? 1 : mostHeight() / height);
  return {width, height, fit, scrolls: isLarger(S.zoom), canZoom: !G.network || isLarger(1)};
}

function showFrame() {
  const {width, height, scrolls, canZoom} = fitting();
  const [frame, {svg}] = [byId('picture'), picture()];
  svg.style.width = `${width * S.zoom}px`;
  svg.style.height = `${height * S.zoom}px`;
  put(frame, 'class', scrolls ? 'bounded' : '');
  frame.style.maxHeight = G.network ? '' : `${mostHeight()}px`;
  const step = (key, zoom, text, name) =>
    button(key, () => zoomTo(zoom), text, {'aria-label': name, title: name});
  const {fit} = fitting();
  byId('frame').hidden = !canZoom && !scrolls;
  show(byId('frame'), [
    canZoom && [
      step('zoom-out', S.zoom / CLOSER, MINUS, t0('zoomOut')),
      step('zoom-in', S.zoom * CLOSER, '+', t0('zoomIn')),
      button('zoom-fit', toggleFit, t0(S.zoom === fit && fit < 1 ? 'zoomFull' : 'zoomFit')),
      h('output', `${Math.round(100 * S.zoom)} %`),
    ],
    h('span', {id: 'wide', hidden: !scrolls}, t0('scroll')),
  ]);
}

/** Zoom so that a place of the window stays where it is; without one, the middle of the frame. */
function zoomTo(zoom, place = null) {
  const frame = byId('picture');
  const {left, top, width, height} = frame.getBoundingClientRect();
  const [x, y] = place ? [place[0] - left, place[1] - top] : [width / 2, height / 2];
  const [across, down] = [frame.scrollLeft + x, frame.scrollTop + y];
  const bounded = Math.max(ZOOMS[0], Math.min(ZOOMS[1], zoom));
  const ratio = bounded / S.zoom;
  if (ratio === 1) return;
  change({zoom: bounded});
  frame.scrollTo(across * ratio - x, down * ratio - y);
}

function toggleFit() {
  const {fit} = fitting();
  zoomTo(S.zoom === fit ? 1 : fit);
  bringIntoView();
}

const ZOOM_KEYS = {
  '+': () => zoomTo(S.zoom * CLOSER),
  '=': () => zoomTo(S.zoom * CLOSER),
  '-': () => zoomTo(S.zoom / CLOSER),
  0: toggleFit,
};

function onZoomKey(event) {
  const zoom = ZOOM_KEYS[event.key];
  const control = event.target.closest('input, select, textarea');
  if (!zoom || control || event.ctrlKey || event.altKey || event.metaKey || !fitting().canZoom)
    return;
  event.preventDefault();
  zoom();
}

/** The wheel with Ctrl, which a touchpad's pinch sends too. */
function onZoomWheel(event) {
  if (!event.ctrlKey || !fitting().canZoom) return;
  event.preventDefault();
  zoomTo(S.zoom * Math.exp(-event.deltaY / 300), [event.clientX, event.clientY]);
}

let pinch = null; // of two fingers: how far apart they were, and the zoom then

function onPinch(event) {
  const [a, b] = event.touches;
  if (!b || !fitting().canZoom) {
    pinch = null;
    return;
  }
  event.preventDefault();
  const apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  pinch ??= {apart, zoom: S.zoom};
  const middle = [(a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2];
  zoomTo((pinch.zoom * apart) / pinch.apart, middle);
}

function watchFrame(frame, signal) {
  frame.addEventListener('wheel', onZoomWheel, {passive: false});
  for (const name of ['touchstart', 'touchmove', 'touchend'])
    frame.addEventListener(name, onPinch, {passive: false});
  document.addEventListener('keydown', onZoomKey, {signal});
}

/** Scroll so that the node is seen that the view is about. */
function bringIntoView() {
  const part = stops().find(isAbout);
  if (!part) return;
  centerInFrame(part);
  bringAboveSheet(part);
}

/** Scroll what lies around the frame, so that no sheet and no edge of the window hides the node. */
function bringAboveSheet(part) {
  const scroller = isNarrow() ? document.scrollingElement : byId('stage');
  const {top, bottom} = part.group.getBoundingClientRect();
  const high = isNarrow() ? 8 : scroller.getBoundingClientRect().top + 8;
  const below = S.view === 'step' ? byId('transport') : isNarrow() ? byId('card') : null;
  const low = (below ?? scroller).getBoundingClientRect()[below ? 'top' : 'bottom'] - 8;
  if (top < high) scroller.scrollBy(0, top - high);
  else if (bottom > low) scroller.scrollBy(0, bottom - low);
}

function centerInFrame(part) {
  const box = byId('picture');
  const [x, y] = [part.x * S.zoom, part.y * S.zoom];
  if (x < box.scrollLeft + 60 || x > box.scrollLeft + box.clientWidth - 60)
    box.scrollLeft = x - box.clientWidth / 2;
  if (y < box.scrollTop + 30 || y > box.scrollTop + box.clientHeight - 30)
    box.scrollTop = y - box.clientHeight / 2;
}
