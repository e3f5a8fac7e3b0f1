/* The training as Python: the lines that reproduce it with nn, and its numbers. */

const OPTIMIZER_CALLS = {
  sgd: ({lr}) => `nn.SGD(model.parameters(), lr=${lr})`,
  momentum: ({lr, momentum}) => `nn.SGD(model.parameters(), lr=${lr}, momentum=${momentum})`,
  adam: ({lr, betas, eps}) =>
    `nn.Adam(model.parameters(), lr=${lr}, betas=(${betas.join(', ')}), eps=${eps})`,
};
const asPython = x => (x ? 'True' : 'False');

/** The lines that make the model with its start; numbers of a start that was given are written. */
function modelLines() {
  const [inputs, ...sizes] = sizesNow();
  const settings = `activation="${S.activation}", bias=${asPython(S.bias)}`;
  const seed = S.weights ?? (isOwnNetwork() ? seedOfGiven() : 0);
  const last = ['softmax', 'linear'].includes(S.outputs) ? '' : `, output="${S.outputs}"`;
  const model = `model = nn.MLP(${inputs}, [${sizes.join(', ')}], ${settings}${last}`;
  const lines = seed === null ? [`${model})`, ...givenLines()] : [`${model}, seed=${seed})`];
  if (S.start === 'drawn') return lines;
  const change =
    S.start === 'equal' ? `parameter.data = ${ALIKE}` : `parameter.data *= ${ENLARGED}`;
  return [
    ...lines,
    'for name, parameter in model.named_parameters():',
    '    if name.startswith("w"):',
    `        ${change}`,
  ];
}

/** The seed that gives the start that the page was given; null where it was not drawn so. */
function seedOfGiven() {
  const {seed} = LABORATORY;
  if (seed === null || GIVEN.numbers.length === 0) return null;
  const drawn = parametersInOrder(drawnWeights(sizesNow(), S.activation, seed));
  return drawn.every((x, i) => x === GIVEN.numbers[0][i]) ? seed : null;
}

function givenLines() {
  const numbers = Array.from(GIVEN.numbers[0], String);
  return [
    `start = [${numbers.join(', ')}]`,
    'for parameter, number in zip(model.parameters(), start):',
    '    parameter.data = number',
  ];
}

/** The lines that train: one call, or, where zero_grad is forgotten, the loop by hand. */
function trainingLines(settings) {
  const {batch, seed} = settings;
  const loss = S.outputs === 'softmax' ? 'nn.cross_entropy' : squaredLoss();
  const optimizer = `optimizer = ${OPTIMIZER_CALLS[settings.optimizer](settings)}`;
  const epochs = S.trained;
  if (S.zero) {
    return [
      optimizer,
      `history = nn.train(model, data, ${loss}, optimizer, epochs=${epochs}, ` +
        `batch_size=${batch || 'None'}, seed=${seed})`,
    ];
  }
  return [
    optimizer,
    `shuffler = random.Random(${seed})`,
    'rows = data.train if data.parts else data',
    `for epoch in range(${epochs}):`,
    `    for batch in ${batch ? `rows.batches(${batch}, shuffler)` : '[rows]'}:`,
    `        nn.mean_loss(model, batch, ${loss}).backward()  # without optimizer.zero_grad()`,
    '        optimizer.step()',
  ];
}

const squaredLoss = () =>
  TARGETS ? 'nn.mse' : 'lambda y, label: nn.mse(y, [float(k == label) for k in range(len(y))])';

/** The whole program, with the numbers that the page found as comments. */
function pythonText() {
  const settings = settingsOfCourse();
  const {loss} = S.course.measured ?? {loss: []};
  const last = S.course.numbers.at(-1);
  const shown = S.course.parameters.slice(0, 4).map((leaf, i) => `${G.names[leaf]} = ${last[i]}`);
  return [
    ...(S.zero ? [] : ['import random', '']),
    'import nn',
    '',
    `data = ${LABORATORY.data ?? '...  # the Data that this page was made of'}`,
    ...modelLines(),
    ...trainingLines(settings),
    ...(loss.length ? [`# mean loss of epoch ${S.trained}: ${loss.at(-1)}`] : []),
    `# ${shown.join(', ')}`,
    '',
  ].join('\n');
}

/** The button, and the text where nothing can be put on the clipboard. */
function pythonView() {
  return foldable(
    'python',
    t0('asPython'),
    () => {
      const text = pythonText();
      const area = h(
        'textarea',
        {readonly: true, rows: 10, 'aria-label': t0('asPython'), 'data-key': 'python'},
        text,
      );
      const copy = async event => {
        const at = event.currentTarget;
        if (await copyText(text)) {
          at.textContent = t0('copied');
          return;
        }
        const shown = at.parentNode.querySelector('textarea');
        shown.focus();
        shown.select();
      };
      return [area, button('copy-python', copy, t0('copyPython'))];
    },
    false,
  );
}
