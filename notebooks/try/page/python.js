/* Python in a worker: what runs there can be stopped, by ending the worker. */

/** onMessage: is called with each message of the worker; kind "failed" is the last one. */
export function python(onMessage) {
  let worker = null;

  function start() {
    worker?.terminate();
    const mine = new Worker('worker.js', {type: 'module'});
    worker = mine;
    const report = message => {
      if (worker === mine) onMessage(message);
    };
    mine.addEventListener('message', ({data}) => report(data));
    mine.addEventListener('error', ({message}) => report({kind: 'failed', content: message ?? ''}));
  }

  return {start, run: code => worker.postMessage(code)};
}
