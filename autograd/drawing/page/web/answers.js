/* The map of answers over the last two features, with a mark for each row. */

const MAP = {columns: 54, rows: 36, finer: 4, height: 280, edges: [40, 8, 8, 24]};

const mapWidth = () => Math.min(560, S.pictureWidth);

const answerMap = remembered(() => {
  const width = mapWidth();
  const features = ROWS.features.length;
  if (features < 2) return null;
  const [fx, fy] = [features - 2, features - 1];
  const at = (row, feature) => Number(ROWS.numbers[row][feature]);
  const ends = [fx, fy].map(feature => rangeOf(ROWS.numbers.map((_, row) => at(row, feature))));
  const [left, right, top, bottom] = MAP.edges;
  const px = onLine(ends[0].bottom, ends[0].top, left, width - right);
  const py = onLine(ends[1].bottom, ends[1].top, MAP.height - bottom, top);
  const place = row => [px(at(row, fx)), py(at(row, fy))];
  const [cx, cy] = place(S.row);
  const words = {x: featureName(fx), y: featureName(fy)};
  const svg = canvas('svg.map', width, MAP.height, say('map', words), [
    mapGround(fx, fy, ...ends, px, py),
    mapNumbers(fx, ends[0], x => [px(x), MAP.height - 7, 'middle']),
    mapNumbers(fy, ends[1], y => [left - 6, py(y) + 4, 'end']),
    answers().map(one => mark(one, ...place(one.row))),
    s('circle.here', {cx, cy, r: 12}),
  ]);
  const key = (_, k) =>
    h(`span.key.class${k % 3}`, `${'\u25cb\u25b3\u25a1'[k % 3]} ${className(k)}`);
  const caption = h('figcaption.muted', [answerNodes().map(key), t('mapOthers')]);
  return whole(h('figure.answers', [h('h2.minor', t('map', words)), svg, caption]));
});

/** The ends and the middle of an axis in the unit that was measured. */
function mapNumbers(feature, {low, high}, place) {
  return [low, between(low, high, 0.5), high].map(x =>
    textAt('text', ...place(x), plain(inUnit(x, feature), FEW_DIGITS)),
  );
}

/** The shares on a grid over two features; the others are those of the chosen row. */
function sharesOnGrid(fx, fy, across, up) {
  const leaves = leavesNow();
  return Array.from({length: MAP.rows + 1}, (_, j) => {
    leaves[ROWS.leaves[fy]] = between(up.top, up.bottom, j / MAP.rows);
    return Array.from({length: MAP.columns + 1}, (_, i) => {
      leaves[ROWS.leaves[fx]] = between(across.bottom, across.top, i / MAP.columns);
      return answerOf(forward(leaves)).shares;
    });
  });
}

/** The ground in the color of the answer, which lies between the points of a grid by its shares;
 * runs of one answer are one rectangle. */
function mapGround(fx, fy, across, up, px, py) {
  const grid = sharesOnGrid(fx, fy, across, up);
  const [columns, rows] = [MAP.columns * MAP.finer, MAP.rows * MAP.finer];
  const [x0, y0] = [px(across.bottom), py(up.top)];
  const [w, height] = [(px(across.top) - x0) / columns, (py(up.bottom) - y0) / rows];
  const answerAt = (i, j) => {
    const [x, y] = [(i + 0.5) / MAP.finer, (j + 0.5) / MAP.finer];
    const [upper, lower] = [grid[Math.floor(y)], grid[Math.floor(y) + 1]];
    const shares = upper[0].map((_, k) => {
      const along = line => between(line[Math.floor(x)][k], line[Math.floor(x) + 1][k], x % 1);
      return between(along(upper), along(lower), y % 1);
    });
    return shares.indexOf(Math.max(...shares));
  };
  const cell = (answer, start, end, j) => {
    const rectangle = s(`rect.ground.class${answer % 3}`, {'shape-rendering': 'crispEdges'});
    const place = {x: x0 + start * w, y: y0 + j * height, width: (end - start) * w, height};
    putNumbers(rectangle, place, 2);
    return rectangle;
  };
  const cells = [];
  for (let j = 0; j < rows; j++) {
    const row = Array.from({length: columns}, (_, i) => answerAt(i, j));
    for (let start = 0, end; start < row.length; start = end) {
      end = start + 1;
      while (row[end] === row[start]) end++;
      if (row[start] >= 0) cells.push(cell(row[start], start, end, j));
    }
  }
  return cells;
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
