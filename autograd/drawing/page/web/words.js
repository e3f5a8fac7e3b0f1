/* What the page says, in English and Korean. {name} stands for something put in. */

const WORDS = {
  title: ['Backpropagation, one number at a time', '역전파, 숫자 하나씩'],
  language: ['Language', '언어'],
  theme: ['Colours', '색'],
  auto: ['Auto', '자동'],
  light: ['Light', '밝게'],
  dark: ['Dark', '어둡게'],
  views: ['Views', '보기'],
  step: ['Step', '한 단계씩'],
  paths: ['Paths', '경로'],
  training: ['Training', '학습'],
  row: ['Row', '행'],
  flower: ['Flower', '꽃'],
  root: ['Output', '출력'],
  node: ['Node', '노드'],
  leaves: ['leaves', '입력과 weight'],
  operations: ['operations', '계산된 노드'],
  constants: ['constants', '상수'],
  order: ['Order of the sweep', '역전파 순서'],
  sorted: ['sorted (right)', '정렬한 순서 (올바름)'],
  unsorted: ['without the sort', '정렬하지 않은 순서'],
  recursion: ['plain recursion', '단순 재귀'],
  value: ['weight', 'weight'],
  gradient: ['gradient', 'gradient'],
  width: ['Width of the edges', '선의 굵기'],
  card: ['Details', '자세히'],
  first: ['First step', '첫 단계'],
  previous: ['Previous step', '이전 단계'],
  play: ['Play', '재생'],
  pause: ['Pause', '멈춤'],
  next: ['Next step', '다음 단계'],
  last: ['Last step', '마지막 단계'],
  position: ['Step', '단계'],
  forwardRail: ['forward: data', '순전파: data'],
  backwardRail: ['backward: grad', '역전파: grad'],

  leadStart: [
    'Inputs and weights are given. Press ▶ or the → key: each node computes its number; then the gradient walks back.',
    '입력과 weight가 주어졌습니다. ▶ 단추나 → 키를 누르면 노드마다 자기 값(data)을 계산하고, 이어서 gradient가 거꾸로 전달됩니다.',
  ],
  keys: [
    'Keys: → one node forward, ← one back, Home and End, Space plays and pauses.',
    '키: → 다음 노드, ← 이전 노드, Home 처음, End 끝, Space 재생과 멈춤.',
  ],
  leadForward: [
    'Forward. Each node computes its data from its parents, and its local derivatives with it.',
    '순전파. 노드마다 부모 노드의 값에서 자기 값(data)과 국소 미분을 계산합니다.',
  ],
  leadReady: [
    'All data is known. Now back: {root} starts with grad 1, since ∂{root}/∂{root} = 1.',
    '모든 값(data)을 알았습니다. 이제 거꾸로: {root}의 grad는 1에서 시작합니다. ∂{root}/∂{root} = 1이기 때문입니다.',
  ],
  leadBackward: [
    'Backward. A node whose own sum is complete hands each parent: local derivative × grad.',
    '역전파. 합산이 끝난 노드가 국소 미분 × grad를 부모 노드로 전달합니다.',
  ],
  leadWrong: [
    'Backward in a wrong order. {count} of {all} visits so far.',
    '잘못된 순서의 역전파. 지금까지 {all}번 중 {count}번 방문했습니다.',
  ],
  leadPaths: [
    'Change {node} a little: how much does {root} change? The change travels along every path.',
    '{node} 값을 조금 바꾸면 {root} 값이 얼마나 달라질까요? 변화는 모든 경로를 따라 전달됩니다.',
  ],
  leadTraining: [
    'From epoch to epoch {optimizer} moves every weight, usually against the gradient of the mean loss over the training rows. Drag the bar to run the training back and forth.',
    '에폭마다 {optimizer}가 모든 weight를 움직입니다. 대개 학습 데이터의 평균 loss에 대한 gradient의 반대 방향입니다. 막대를 끌어 학습을 앞뒤로 돌려 보세요.',
  ],

  legendClick: ['Click a circle or a line for its numbers.', '원이나 선을 누르면 숫자가 나옵니다.'],
  legendBox: [
    'Click a box for its numbers; small: a constant.',
    '상자를 누르면 숫자가 나옵니다. 작은 상자: 상수.',
  ],
  legendData: ['above: data', '위: data'],
  legendGrad: ['below: grad', '아래: grad'],
  legendUnknown: ['· not computed yet', '· 아직 계산하지 않음'],
  legendPart: ['italic: still being summed', '기울임: 합산 중'],
  legendPositive: ['positive', '양수'],
  legendNegative: ['negative (dashed)', '음수(점선)'],
  legendNegativeLocal: ['dashed: ∂ is negative', '점선: ∂가 음수'],
  legendWidth: ['width: size', '굵기: 절댓값'],
  legendPath: ['on a path', '경로'],
  legendChip: [
    'in a frame: ∂, the local derivative of that edge',
    '테두리 안: 그 선의 국소 미분 ∂',
  ],
  backToStep: ['Back to step {n}', '{n}단계로 돌아가기'],
  legendSum: ['Σ: the weighted sum of a neuron (s1, s2, …)', 'Σ: 뉴런의 가중합 (s1, s2, …)'],
  scroll: [
    'The picture is larger than the screen: scroll it. →',
    '그림이 화면보다 큽니다: 밀어서 보세요. →',
  ],

  data: ['data', 'data'],
  grad: ['grad', 'grad'],
  given: ['given', '주어진 값'],
  constant: ['a constant', '상수'],
  unknownYet: ['not computed yet', '아직 계산하지 않음'],
  soFar: ['so far {n}/{all}', '합산 중 {n}/{all}'],
  complete: ['complete: {n}/{all}', '합산 완료: {n}/{all}'],
  localDerivatives: [
    'Local derivatives (how fast it changes with each parent)',
    '국소 미분 (부모 노드마다 얼마나 빨리 변하는가)',
  ],
  hands: [
    'It hands on: parent.grad += local derivative × grad',
    '부모 노드로 전달: 부모.grad += 국소 미분 × grad',
  ],
  handsWhy: [
    '{node} has all it is owed ({n} of {n}), so its grad is final and may be handed on.',
    '{node}의 합산이 끝났으므로({n}/{n}) 이제 grad를 전달할 수 있습니다.',
  ],
  handsRoot: [
    '{node} is where the sweep starts: its grad is 1.',
    '{node}에서 시작합니다: grad는 1입니다.',
  ],
  handsEarly: [
    '✗ {node} hands on too early: it was handed {n} of {all} products. What it passes on is not its gradient {grad}.',
    '✗ {node}가 너무 일찍 전달합니다: {all}개 중 {n}개만 받았습니다. 전달하는 값은 실제 gradient {grad}가 아닙니다.',
  ],
  handsAgain: [
    '✗ {node} hands on for the {times}. time: what it passed on before is counted again.',
    '✗ {node}가 {times}번째로 전달합니다: 앞서 전달한 값이 다시 더해집니다.',
  ],
  ledger: ['before + handed = after:', '이전 + 전달 = 누적:'],
  came: ['Where its grad comes from', 'grad가 온 곳'],
  cameWhy: [
    '{node} is used by {n} nodes, so it is handed {n} products, and += adds them. A plain = would keep only the last.',
    '{node}는 노드 {n}개에 쓰이므로 {n}개의 곱을 받고, +=가 모두 더합니다. =만 쓰면 마지막 하나만 남습니다.',
  ],
  closing: [
    'Done. One sweep gave all {n} gradients of {root}: each node handed on once, when its own sum was complete. That is why the sweep starts at the back.',
    '끝났습니다. 한 번의 역전파로 {root}의 gradient {n}개를 모두 구했습니다. 노드마다 합산이 끝난 뒤 한 번만 전달했습니다. 그래서 뒤에서부터 시작합니다.',
  ],
  closingWrong: [
    '✗ Done, and wrong: {n} of {all} gradients differ from the true ones.',
    '✗ 끝났지만 틀렸습니다: gradient {all}개 중 {n}개가 실제 값과 다릅니다.',
  ],
  closingLucky: [
    'In this graph this order happens to be right: no node hands on before it has all it is owed.',
    '이 그래프에서는 이 순서도 우연히 맞습니다: 합산이 끝나기 전에 전달하는 노드가 없습니다.',
  ],
  cut: [
    'Shown are the first {n} visits; plain recursion makes {all} of them here.',
    '처음 {n}번만 보입니다. 단순 재귀는 여기서 {all}번 방문합니다.',
  ],
  wrongTitle: ['What went wrong', '틀린 값'],
  wrongGot: ['got', '잘못된 값'],
  wrongTrue: ['true', '실제 값'],
  nothing: [
    'Nothing to differentiate: there is no operation.',
    '미분할 것이 없습니다: 연산이 없습니다.',
  ],
  allZero: [
    'Every gradient of {root} is 0: the local derivatives of {node} are 0.',
    '{root}의 gradient가 모두 0입니다: {node}의 국소 미분이 0입니다.',
  ],
  broken: [
    '⚠ The first number that is not finite: {node}, of {operands}.',
    '⚠ 처음으로 유한하지 않은 수: {node}, 입력 {operands}.',
  ],
  stopped: [
    'An operation here is known only to Python: the numbers are those it recorded, and nothing can be turned.',
    'Python만 아는 연산이 있습니다: 기록된 숫자만 보이고 값을 바꿀 수 없습니다.',
  ],
  branch: [
    'A choice was made when this graph was built; turning a leaf does not make it again.',
    '그래프를 만들 때 이미 선택이 끝났습니다. 값을 바꾸어도 다시 선택하지 않습니다.',
  ],

  pathCount: [
    '{n} paths. Multiply the local derivatives along each, then add.',
    '경로 {n}개. 경로마다 국소 미분을 곱하고, 모두 더합니다.',
  ],
  pathOne: ['1 path. Multiply the local derivatives along it.', '경로 1개. 국소 미분을 곱합니다.'],
  pathMany: [
    '{n} paths, the largest {shown} of them here. Choose one to see it alone.',
    '경로 {n}개 중 큰 것 {shown}개입니다. 하나를 고르면 그 경로만 보입니다.',
  ],
  pathNone: [
    'No path: {root} does not depend on {node}.',
    '경로 없음: {root} 값은 {node}의 영향을 받지 않습니다.',
  ],
  pathSelf: ['{root} itself: ∂{root}/∂{root} = 1.', '{root} 자신: ∂{root}/∂{root} = 1.'],
  largestFirst: [
    'Largest first; choose one to see it alone, with its factors.',
    '큰 것부터. 하나를 고르면 그 경로와 인수만 보입니다.',
  ],
  rest: ['the other {n} together', '나머지 {n}개의 합'],
  sum: ['sum', '합'],
  sweepSays: ['The backward sweep gives {x}: the same number.', '역전파가 구한 값 {x}와 같습니다.'],
  sweepDiffers: ['The backward sweep gives {x}.', '역전파가 구한 값은 {x}입니다.'],
  alone: [
    'Path {k} alone would say {x}: {r} times the true gradient.',
    '경로 {k} 하나만 보면 {x}: 실제 gradient의 {r}배입니다.',
  ],
  aloneWrong: [
    'Path {k} alone would say {x}: the wrong sign.',
    '경로 {k} 하나만 보면 {x}: 부호가 반대입니다.',
  ],
  whySum: [
    'Why a sum: {a} reaches {root} by several ways at once, through {via}. Each adds its own change, and small changes add up.',
    '왜 더하나: {a}의 변화는 {via}를 거쳐 여러 길로 동시에 {root}에 닿습니다. 길마다 변화를 더하고, 작은 변화는 서로 더해집니다.',
  ],
  whySoftmax: [
    'Softmax divides by the sum over all z, so every z changes {root}.',
    'softmax는 모든 z의 합으로 나누므로 모든 z가 {root} 값을 바꿉니다.',
  ],
  factors: ['The factors: local derivatives by name', '인수: 이름이 붙은 국소 미분'],
  grouped: ['Grouped at {stops}, which every path passes', '모든 경로가 지나는 {stops}에서 묶으면'],
  postTitle: ['Is it k?', 'k인가?'],
  postIs: [
    'With k = {dk}: k × {inner} = {product}.',
    'k = {dk}라고 하면: k × {inner} = {product}.',
  ],
  postNo: [
    'The gradient is {x}, not that. k is how {root} changes with the weight {w}; what travels on to {n} is how {root} changes with {h}: {dh} = {y}.',
    '실제 gradient는 {x}로, 이 값이 아닙니다. k는 weight {w}에 대한 {root}의 변화율입니다. {n}에 이어서 곱할 값은 {h}에 대한 {root}의 변화율입니다: {dh} = {y}.',
  ],
  through: ['What acts on {root} through {node}', '{node}를 거쳐 {root}에 영향을 주는 것'],
  throughDirect: ['directly: {list}', '직접: {list}'],
  throughFar: ['from further away: {list}', '더 앞에서: {list}'],

  turn: ['Turn {node}', '{node} 값을 바꾸기'],
  turnValue: ['Value of {node}', '{node}의 값'],
  turnWould: [
    '+0.1 would change {what} by {guess}; it does by {exact} (off by {off}).',
    '+0.1이면 {what} 값이 {guess}만큼 바뀔 것으로 추정되지만, 실제로는 {exact}만큼 바뀝니다 (오차 {off}).',
  ],
  change: ['Δ{node}', 'Δ{node}'],
  guess: ['linear guess', '선형 추정'],
  exact: ['true change', '실제 변화'],
  error: ['relative error', '상대 오차'],
  tangent: [
    'The curve of {root}; the straight line is the tangent at the start, and its slope {x} is the gradient.',
    '{root}의 곡선. 직선은 시작점의 접선이고, 그 접선의 기울어진 정도 {x}가 gradient입니다.',
  ],
  flat: ['{root} does not change with {node}.', '{root} 값은 {node}에 따라 바뀌지 않습니다.'],
  undo: ['Undo', '되돌리기'],
  reset: ['Reset', '처음 값으로'],
  edited: ['Turned:', '바꾼 값:'],

  all: ['All numbers as a table', '모든 숫자를 표로'],
  name: ['name', '이름'],
  operation: ['operation', '연산'],
  parents: ['parents', '부모'],
  input: ['input', '입력'],
  hidden: ['hidden {n}', '은닉층 {n}'],
  score: ['z', '점수 z'],
  scoreNote: ['before softmax', 'softmax 전'],
  output: ['output', '출력'],
  networkPicture: ['Network', '신경망'],
  graphPicture: ['Computation graph', '계산 그래프'],
  pictureSays: [
    '{kind} with {n} nodes. All that it does is also in the Node menu, the buttons and the table of all numbers.',
    '{kind}, 노드 {n}개. 모든 기능은 노드 메뉴, 단추, 표에도 있습니다.',
  ],
  group: ['group', '묶음'],
  groups: [
    'This graph has {n} nodes: they are shown in groups of one operation and one distance from the output. Choose a node in the menu.',
    '노드가 {n}개라서 같은 연산, 출력에서 같은 거리의 노드를 묶어 보입니다. 메뉴에서 노드를 고르세요.',
  ],

  sayForward: ['{node} = {x}', '{node} = {x}'],
  sayBackward: ['{node}, grad {x}, hands on to {list}.', '{node}, grad {x}, 전달: {list}.'],
  sayStart: ['Inputs and weights are given.', '입력과 weight가 주어졌습니다.'],
  sayPaths: [
    '{n} paths from {node} to {root}; gradient {x}.',
    '{node}에서 {root}까지 경로 {n}개, gradient {x}.',
  ],

  epoch: ['Epoch', '에폭'],
  epochBar: ['Weights after epoch', '에폭 (학습 시점)'],
  loss: ['loss', 'loss'],
  meanLoss: ['Mean loss', '평균 loss'],
  correct: ['right answers', '맞힌 수'],
  train: ['train', '학습'],
  test: ['test', '테스트'],
  lossCurve: ['Mean loss by epoch', '에폭별 평균 loss'],
  confusion: [
    'All {n} rows{split}: true class by row, answer by column',
    '전체 {n}개{split}: 행은 실제 종류, 열은 예측',
  ],
  wrongRows: ['Wrong at this epoch: {n}', '이 에폭에서 틀린 것: {n}개'],
  wrongRow: ['{number}: {truth}, answer {answer}', '{number}: 실제 종류 {truth}, 예측 {answer}'],
  wrongWhy: [
    '{truth} gets {p}, {answer} gets {q}: its numbers lie nearer to what the network took for {answer}.',
    '{truth}의 확률은 {p}, {answer}의 확률은 {q}: 신경망이 {answer}로 본 쪽에 더 가깝습니다.',
  ],
  wrongNoAnswer: [
    '{truth} gets {p}: there is a NaN among the outputs, which is no answer.',
    '{truth}의 확률은 {p}: 출력에 NaN이 있어 예측이 없습니다.',
  ],
  noneWrong: ['none', '없음'],
  noAnswer: ['none (NaN)', '없음 (NaN)'],
  noClasses: [
    'These rows have no classes: shown are the outputs for the chosen row.',
    '이 데이터에는 종류가 없습니다: 고른 행의 출력만 보입니다.',
  ],
  map: [
    'What it answers: {x} →, {y} ↑; the others as in the chosen row',
    '예측 지도: {x} →, {y} ↑; 나머지는 고른 행의 값',
  ],
  mapOthers: [
    'A mark stands where its row is, its shape is the true class; an orange outline: answered wrongly. The ground is the answer for the chosen row’s other features.',
    '표시는 각 행의 위치, 모양은 실제 종류, 주황 테두리는 틀린 예측입니다. 바탕은 고른 행의 나머지 값으로 한 예측입니다.',
  ],
  answer: ['answer', '예측'],
  truth: ['true class', '실제 종류'],
  turnedTraining: [
    'A leaf is turned: what is shown here is of the trained weights with that change.',
    '바꾼 값이 있습니다: 여기 보이는 것은 그 값을 넣은 결과입니다.',
  ],
};

const t0 = key => WORDS[key][LANGUAGES.indexOf(S.language)];

/** A text with things put in for {names}: a list of strings and elements, each a copy of its own. */
function t(key, things = {}) {
  const copy = thing =>
    thing instanceof Node ? thing.cloneNode(true) : Array.isArray(thing) ? thing.map(copy) : thing;
  return t0(key)
    .split(/(\{\w+\})/)
    .map(piece => {
      const mark = /^\{(\w+)\}$/.exec(piece);
      return mark && mark[1] in things ? copy(things[mark[1]]) : piece;
    });
}

/** The same where things that are whole numbers are nodes, and stand as their names. */
function told(key, things) {
  return t(
    key,
    Object.fromEntries(
      Object.entries(things).map(([name, thing]) => [
        name,
        typeof thing === 'number' ? nameOf(G.names[thing]) : thing,
      ]),
    ),
  );
}

/** The same as plain text, for labels and speech. */
function say(key, things = {}) {
  return t(key, things)
    .map(piece => (piece instanceof Element ? piece.textContent : piece))
    .join('');
}

/** Names of nodes with commas between; of many the first ones. */
function nameList(nodes, most = 24) {
  const shown = nodes.slice(0, most).flatMap((node, i) => [i ? ', ' : '', nameOf(G.names[node])]);
  return nodes.length > most ? [...shown, `, \u2026 (${nodes.length})`] : shown;
}
