import { useStore } from 'zustand';
import { streamKeyText } from '../../src/contract/stream-state.ts';
import type { Words } from '../i18n.ts';
import type { TileFigures, TileView } from '../wall/engine.types.ts';
import { useProduct, useWords } from './product.tsx';
import { usePtz, usePtzState } from './ptz/use-ptz.ts';

const unknown = '–';

/** The figures of one tile, on demand; columns keep their width, so nothing jumps. */
export function TileDetails({ tile, view }: { tile: number; view: TileView }) {
  const { engine, stats } = useProduct();
  const words = useWords();
  const figures = useStore(engine.figures, (model) => model.tiles.get(tile));
  const key = streamKeyText({ cameraId: view.cameraId, quality: view.quality });
  const steering = usePtzState(view.cameraId);
  const motionMs = usePtz(({ mode, seen, motionMs: ms }) =>
    mode?.tile === tile && seen ? ms : null,
  );
  const stream = useStore(stats, (model) => model.streams.get(key));
  const { t, number } = words;
  const lost = stream ? lossText(words, stream.packets, stream.lost) : unknown;
  const lines: [label: string, value: string][] = [
    [t('details.picture'), pictureText(words, figures)],
    [t('details.rate'), rateText(words, figures)],
    [t('details.transport'), transportText(words, figures?.transport, stream?.tls)],
    [t('details.lost'), lost],
    [t('details.jitter'), stream ? `${number(stream.jitterMs)} ms` : unknown],
    [t('details.latency'), milliseconds(words, figures?.addedLatencyMs)],
    [t('details.clock'), clockText(words, figures?.clockOffsetMs ?? stream?.clockOffsetMs)],
    [t('details.decoder'), figures?.decoder ? t(`decoder.${figures.decoder}`) : unknown],
    [t('details.dropped'), figures ? number(figures.framesDropped) : unknown],
    [t('details.quality'), t(`quality.${view.quality}`)],
  ];
  if (steering) {
    const p = words.in('ptz');
    lines.push(
      [p('detail.command'), milliseconds(words, steering.commandMs)],
      [p('detail.motion'), milliseconds(words, motionMs)],
    );
  }
  return (
    <dl className="tile-details" aria-label={t('details.title')}>
      {lines.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** As people write them. */
export const codecNames: Readonly<Record<string, string>> = {
  h264: 'H.264',
  h265: 'H.265',
  mjpeg: 'MJPEG',
  mpeg4: 'MPEG-4',
};

function pictureText({ number }: Words, figures: TileFigures | undefined): string {
  if (!figures || (!figures.codec && figures.width === 0)) return unknown;
  const codec = figures.codec
    ? (codecNames[figures.codec.toLowerCase()] ?? figures.codec)
    : unknown;
  const size = figures.width > 0 ? `${figures.width}×${figures.height}` : unknown;
  return `${codec} ${size} @${number(figures.fps)}`;
}

function rateText({ number }: Words, figures: TileFigures | undefined): string {
  return figures ? `${number(figures.kbps)} kbit/s` : unknown;
}

function transportText(
  { t }: Words,
  transport: string | null | undefined,
  tls: boolean | undefined,
): string {
  if (!transport) return unknown;
  return tls ? `${t(`transport.${transport}`)} TLS` : t(`transport.${transport}`);
}

function lossText({ number }: Words, packets: number, lost: number): string {
  const all = packets + lost;
  return `${number(lost)} (${number(all > 0 ? (100 * lost) / all : 0, 1)} %)`;
}

function milliseconds({ number }: Words, value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : `${number(value)} ms`;
}

/** With its sign: plus is a camera that is ahead of this workstation. */
function clockText(words: Words, offset: number | null | undefined): string {
  if (offset === null || offset === undefined) return unknown;
  const sign = offset < 0 ? '−' : '+';
  const seconds = Math.abs(offset) / 1000;
  if (seconds < 1)
    return `${Math.round(seconds * 1000) === 0 ? '' : sign}${words.number(seconds * 1000)} ms`;
  if (seconds < 10) return `${sign}${words.number(seconds, 2)} s`;
  if (seconds < 3600) return `${sign}${words.number(seconds, 0)} s`;
  return `${sign}${words.number(seconds / 3600, 1)} h`;
}
