/** Takes the media port as the decode worker does, and echoes what the core echoes. */
self.onmessage = ({ data, ports }) => {
  const [port] = ports;
  port.onmessage = ({ data: echoed }) => {
    self.postMessage([...echoed]);
  };
  port.postMessage(new Uint8Array(data));
};
