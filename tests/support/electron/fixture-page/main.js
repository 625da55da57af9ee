/** A page that says hello to the core over each control port it is given. */
globalThis.pairs = [];
globalThis.portsClosed = 0;
window.addEventListener('message', (event) => {
  if (event.source !== window || event.data?.type !== 'vonggac-ports') return;
  const [control, media] = event.ports;
  const pair = { screen: event.data.screen, origin: event.origin, answers: [], control, media };
  globalThis.pairs.push(pair);
  control.onmessage = ({ data }) => pair.answers.push(JSON.parse(data));
  control.addEventListener('close', () => {
    globalThis.portsClosed++;
  });
  const params = { screen: event.data.screen };
  control.postMessage(JSON.stringify({ t: 'call', id: 1, name: 'hello', params }));
});

/** Bytes through a worker to the core and back. */
globalThis.echo = (bytes) => {
  const trusted = trustedTypes.createPolicy('vonggac', { createScriptURL: (url) => url });
  const worker = new Worker(trusted.createScriptURL('worker.js'));
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message ?? 'worker did not load'));
    const { media } = globalThis.pairs.at(-1);
    worker.postMessage(bytes, [media]);
  });
};
