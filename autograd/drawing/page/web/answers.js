/* The map of answers over the last two features, with a mark for each row. */

const MAP = {columns: 54, rows: 36, finer: 4, height: 280, edges: [40, 8, 8, 24]};

const mapWidth = () => Math.min(560, S.pictureWidth);

const answerMap = remembered(() => {
  const width = mapWidth();
  const features = ROWS.features.length;
  if (features < 2) return null;
  const [fx, fy] = [features - 2, features - 1];
  const at = (row, feature) => Number(numbersOf(row)[feature]);
  const ends = [fx, fy].map(feature => rangeOf(ROWS.numbers.map((_, row) => at(row, feature))));
  const [left, right, top, bottom] = MAP.edges;
  const px = onLine(ends[0].bottom, ends[0].top, left, width - right);
  const py = onLine(ends[1].bottom, ends[1].top, MAP.height - bottom, top);
  const place = row => [px(at(row, fx)), py(at(row, fy))];
  const [cx, cy] = place(chosenRow());
  const words = {x: featureName(fx), y: featureName(fy)};
  const svg = canvas('svg.map', width, MAP.height, say('map', words), [
    mapNumbers(fx, ends[0], x => [px(x), MAP.height - 7, 'middle']),
    mapNumbers(fy, ends[1], y => [left - 6, py(y) + 4, 'end']),
    answers().map(one => mark(one, ...place(one.row))),
    s('circle.here', {cx, cy, r: 12}),
    triedMark(fx, fy, px, py),
  ]);
  const key = (_, k) =>
    h(`span.key.class${k % 3}`, `${'\u25cb\u25b3\u25a1'[k % 3]} ${className(k)}`);
  const caption = h('figcaption.muted', [answerNodes().map(key), t('mapOthers')]);
  const title = h('h2.minor', t('map', words));
  const layers = h('div.layers', [mapGround(fx, fy, ...ends), svg]);
  return whole(h('figure.answers', [title, layers, caption]));
});

/** The ends and the middle of an axis in the unit that was measured. */
function mapNumbers(feature, {low, high}, place) {
  return [low, between(low, high, 0.5), high].map(x =>
    textAt('text', ...place(x), plain(inUnit(x, feature), FEW_DIGITS)),
  );
}

/** How fine the grid is: coarser while the training runs. */
const gridNow = () => ({
  columns: S.running ? MAP.columns / 2 : MAP.columns,
  rows: S.running ? MAP.rows / 2 : MAP.rows,
});

/** The shares on a grid over two features; the others are those of the chosen row. */
function sharesOnGrid(fx, fy, across, up, {columns, rows}) {
  const leaves = leavesNow();
  const run = emptyRun();
  return Array.from({length: rows + 1}, (_, j) => {
    leaves[ROWS.leaves[fy]] = between(up.top, up.bottom, j / rows);
    return Array.from({length: columns + 1}, (_, i) => {
      leaves[ROWS.leaves[fx]] = between(across.bottom, across.top, i / columns);
      return answerOf(forward(leaves, run)).shares;
    });
  });
}

/** The ground in the color of the answer, which lies between the points of a grid by its shares:
 * the largest share, and the paler the closer another one is. */
function mapGround(fx, fy, across, up) {
  const grid = gridNow();
  const shares = sharesOnGrid(fx, fy, across, up, grid);
  const [width, height] = [MAP.columns * MAP.finer, MAP.rows * MAP.finer];
  const canvas = h('canvas.ground', {width, height, 'aria-hidden': 'true'});
  const colors = [0, 1, 2].map(colorOfClass);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let j = 0; j < height; j++) {
    const y = ((j + 0.5) * grid.rows) / height;
    const [upper, lower] = [shares[Math.floor(y)], shares[Math.floor(y) + 1]];
    for (let i = 0; i < width; i++) {
      const x = ((i + 0.5) * grid.columns) / width;
      const [left, part] = [Math.floor(x), x % 1];
      let [best, most, second] = [-1, -Infinity, -Infinity];
      for (let k = 0; k < upper[0].length; k++) {
        const above = between(upper[left][k], upper[left + 1][k], part);
        const below = between(lower[left][k], lower[left + 1][k], part);
        const share = between(above, below, y % 1);
        if (share > most) [best, most, second] = [k, share, most];
        else if (share > second) second = share;
      }
      if (best < 0) continue;
      const sure = Math.min(1, (most - second) / Math.max(Math.abs(most), 1e-300));
      image.data.set([...colors[best % 3], 60 + 90 * sure], 4 * (j * width + i));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Red, green and blue of a class, as the style has it. */
function colorOfClass(k) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(`--class${k}`).trim();
  return [1, 3, 5].map(start => Number.parseInt(text.slice(start, start + 2), 16));
}

/** The mark of a row: its shape is the true class. */
function mark(one, x, y) {
  const [tag, shape] = [
    ['circle', {cx: x, cy: y, r: 4}],
    ['path', {d: `M${x},${y - 5} l5,9 h-10 z`}],
    ['rect', {x: x - 4, y: y - 4, width: 8, height: 8}],
  ][one.truth % 3];
  const click = () => change({row: one.row});
  const answer = `${tag}.mark.class${one.answer % 3}`;
  return s(right(one) ? answer : `${answer}.error`, {...shape, click});
}
