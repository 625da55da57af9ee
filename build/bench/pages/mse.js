// One Media Source per tile, kept near the live edge the way such players do.
const { count, codecString } = await (await fetch('/config.json')).json();
const columns = Math.ceil(Math.sqrt(count));
document.body.style.gridTemplate = `repeat(${columns}, 1fr) / repeat(${columns}, 1fr)`;
const videos = [];
globalThis.latencies = [];
for (let index = 0; index < count; index++) {
  const video = document.createElement('video');
  video.muted = true;
  video.autoplay = true;
  document.body.append(video);
  videos.push(video);
  const media = new MediaSource();
  video.src = URL.createObjectURL(media);
  media.addEventListener('sourceopen', () => {
    const buffer = media.addSourceBuffer(`video/mp4; codecs="${codecString}"`);
    buffer.mode = 'sequence';
    const queue = [];
    const arrivals = [];
    const pump = () => {
      if (!buffer.updating && queue.length > 0) buffer.appendBuffer(queue.shift());
    };
    buffer.addEventListener('updateend', () => {
      const { buffered } = video;
      if (buffered.length > 0) {
        const end = buffered.end(buffered.length - 1);
        arrivals.push([end, performance.now()]);
        if (arrivals.length > 400) arrivals.splice(0, 200);
        if (end - video.currentTime > 0.5) video.currentTime = end - 0.05;
        else if (end - video.currentTime > 0.15) video.playbackRate = 1.1;
        else video.playbackRate = 1;
        const start = buffered.start(0);
        if (end - start > 20 && !buffer.updating) return void buffer.remove(start, end - 10);
      }
      pump();
    });
    const onPicture = (now, { mediaTime }) => {
      const arrival = arrivals.find(([end]) => end > mediaTime + 0.001);
      if (arrival && globalThis.latencies.length < 20000)
        globalThis.latencies.push(now - arrival[1]);
      setTimeout(() => video.requestVideoFrameCallback(onPicture), 450);
    };
    video.requestVideoFrameCallback(onPicture);
    const socket = new WebSocket(`ws://${location.host}/stream/${index}`);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => {
      queue.push(data);
      pump();
    };
  });
}
globalThis.figures = () => {
  let shown = 0;
  let dropped = 0;
  let playing = 0;
  for (const video of videos) {
    const quality = video.getVideoPlaybackQuality();
    shown += quality.totalVideoFrames - quality.droppedVideoFrames;
    dropped += quality.droppedVideoFrames;
    if (quality.totalVideoFrames > 0) playing++;
  }
  return { shown, dropped, playing, latencies: globalThis.latencies.splice(0) };
};
