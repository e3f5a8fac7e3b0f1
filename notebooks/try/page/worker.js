/* The worker: Pyodide, the engine's wheel as it was built, and Graphviz as the module that lays out. */

import {instance} from './graphviz/viz.js';
import {loadPyodide} from './pyodide/pyodide.mjs';

const LAYOUT = 'browser_graphviz'; // for Python a module like any other
const send = (kind, content = '', line = 0) => postMessage({kind, content, line});

async function file(name) {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}

async function start() {
  const {wheels} = await (await file('contents.json')).json();
  const [python, graphviz, runner, ...packages] = await Promise.all([
    loadPyodide({env: {HOME: '/home/pyodide', CHAINRULE_DOT: `module://${LAYOUT}`}}),
    instance(),
    file('runner.py').then(response => response.text()),
    ...wheels.map(name => file(name).then(response => response.arrayBuffer())),
  ]);
  python.registerJsModule(LAYOUT, {lay_out: (source, format) => layOut(graphviz, source, format)});
  const extractDir = python.runPython('import site; site.getsitepackages()[0]');
  for (const wheel of packages) python.unpackArchive(wheel, 'wheel', {extractDir});
  const names = python.toPy({__name__: 'runner'});
  python.runPython(runner, {globals: names, filename: 'runner.py'});
  const version = python.runPython(
    'import autograd, platform\n' +
      "f'Python {platform.python_version()}, chainrule {autograd.__version__}'",
  );
  return {run: names.get('run'), version};
}

function layOut(graphviz, source, format) {
  const {status, output, errors} = graphviz.render(source, {format});
  if (status !== 'success') throw new Error(errors.map(error => error.message).join('; '));
  return output;
}

try {
  const {run, version} = await start();
  addEventListener('message', ({data}) => {
    const began = performance.now();
    try {
      run(data, send);
      send('done', ((performance.now() - began) / 1000).toFixed(2));
    } catch (error) {
      // Not an exception of the user's code: Python itself is broken, as by too deep a recursion.
      send('failed', `${error.message ?? error}`.trim().split('\n').at(-1));
    }
  });
  send('ready', version);
} catch (error) {
  send('failed', `${error.message ?? error}`.trim().split('\n').at(-1));
}
