/* Any graph, at the places that the layout program gave it, once wide and once tall. */

const BOX = {width: 118, height: 48};
const CONSTANT_BOX = {width: 66, height: 30}; // of a constant
const FEW_EDGES = 40;

function placedPicture(width, tall) {
  const margin = 8;
  const fits = places => places.width + 2 * margin <= width;
  const upright = tall || (!fits(DATA.places.wide) && fits(DATA.places.tall));
  const places = upright ? DATA.places.tall : DATA.places.wide;
  const total = Math.max(width, places.width + 2 * margin);
  const left = (total - places.width) / 2;
  const at = ([x, y]) => [x + left, y + margin];
  const nodes = G.names.map((_, node) => {
    const [x, y] = at(places.nodes[node]);
    const {width: w, height: h} = isConstant(node) ? CONSTANT_BOX : BOX;
    return nodePart([node], x, y, w, h, isOperation(node) ? 'box' : 'leaf');
  });
  const edges = G.parents.flatMap((operands, node) =>
    operands.map((parent, slot) => {
      const [points, label] = places.edges[node][slot];
      const [start, ...rest] = points.map(at).map(point => point.map(x => x.toFixed(1)).join());
      const edge = {from: parent, child: node, slots: [slot], weight: -1};
      const middle = at(nearestOnCurve(points, label));
      return edgePart(edge, `M${start} C${rest.join(' ')}`, () => middle);
    }),
  );
  const height = places.height + 2 * margin;
  const svg = graphCanvas('svg.placed', total, height, stacked(edges, nodes));
  return {svg, nodes, edges, allChips: edges.length <= FEW_EDGES};
}

/** The point of a chain of curves, of four points each, that is nearest to a place. */
function nearestOnCurve(points, [x, y]) {
  const found = [];
  for (let i = 0; i + 3 < points.length; i += 3) {
    for (let t = 0; t <= 1; t += 1 / 16) {
      const part = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
      found.push([0, 1].map(k => part.reduce((sum, p, j) => sum + p * points[i + j][k], 0)));
    }
  }
  const off = ([a, b]) => (a - x) ** 2 + (b - y) ** 2;
  return found.reduce((best, point) => (off(point) < off(best) ? point : best), points[0]);
}
