import { type PointerEvent, useRef, useState } from 'react';
import { timeText } from '../../i18n.ts';
import { useProduct } from '../product.tsx';
import { exactTime, momentText, usePage, useReplay } from './evidence-words.ts';

const steps = [
  5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000,
];
const zoneMs = 7 * 3_600_000;

/** What ring and recorder hold, where it is missing and why, the marks, and the clock to drag. */
export function TimeLineBar() {
  const { replay } = useProduct();
  const p = usePage();
  const bar = useRef<HTMLDivElement>(null);
  const window = useReplay((model) => model.window);
  const at = useReplay(({ session }) => session?.state.at ?? 0);
  const cameras = useReplay(({ session }) => session?.cameras);
  const source = useReplay(({ session }) => session?.source ?? 'ring');
  const lead = useReplay((model) => model.lead);
  const timeLine = useReplay((model) => model.timeLine);
  const markIn = useReplay((model) => model.markIn);
  const markOut = useReplay((model) => model.markOut);
  const [hover, setHover] = useState<number | null>(null);
  const span = Math.max(1, window.to - window.from);
  const share = (time: number) => Math.max(0, Math.min(100, ((time - window.from) / span) * 100));
  const place = (from: number, to: number) => ({
    left: `${share(from)}%`,
    width: `${Math.max(0.1, share(to) - share(from))}%`,
  });
  const held = cameras?.find(({ cameraId }) => cameraId === lead);
  const known = timeLine?.cameraId === lead ? timeLine : null;
  const spans = known?.spans ?? held?.spans ?? [];
  const gaps = known?.gaps ?? held?.gaps ?? [];
  const timeAt = (event: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    if (!box) return window.from;
    const x = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    return window.from + x * span;
  };
  const step = steps.find((each) => span / each <= 9) ?? span / 6;
  const first = Math.ceil((window.from + zoneMs) / step) * step - zoneMs;
  const ticks: number[] = [];
  for (let tick = first; tick <= window.to; tick += step) ticks.push(tick);
  const inSight = (from: number, to: number) => to >= window.from && from <= window.to;
  return (
    <div
      ref={bar}
      className="time-line"
      role="slider"
      tabIndex={0}
      aria-label={p('replay.timeLine')}
      aria-valuemin={window.from}
      aria-valuemax={window.to}
      aria-valuenow={at}
      aria-valuetext={momentText(at)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        replay.seek(timeAt(event));
      }}
      onPointerMove={(event) => {
        setHover(timeAt(event));
        if (event.currentTarget.hasPointerCapture(event.pointerId)) replay.seek(timeAt(event));
      }}
      onPointerLeave={() => setHover(null)}
    >
      {(['ring', 'recorder'] as const).map((each) => (
        <div key={each} className="time-row" data-source={each} data-on={each === source}>
          {spans
            .filter((one) => one.source === each && inSight(one.from, one.to))
            .map((one) => (
              <span
                key={`${one.from} ${one.quality}`}
                className="time-span"
                style={place(one.from, one.to)}
              />
            ))}
        </div>
      ))}
      {gaps
        .filter((gap) => inSight(gap.from, gap.to))
        .map((gap) => (
          <span
            key={`${gap.from} ${gap.reason}`}
            className="time-gap"
            data-reason={gap.reason}
            title={`${p(`gap.${gap.reason}`)} · ${timeText(gap.from)} – ${timeText(gap.to)}`}
            style={place(gap.from, gap.to)}
          />
        ))}
      {markIn !== null || markOut !== null ? (
        <span
          className="time-marks"
          style={place(markIn ?? markOut ?? 0, markOut ?? markIn ?? 0)}
        />
      ) : null}
      {ticks.map((tick) => (
        <span key={tick} className="time-tick" style={{ left: `${share(tick)}%` }}>
          {step < 60_000 ? timeText(tick) : timeText(tick).slice(0, 5)}
        </span>
      ))}
      <span className="time-now" style={{ left: `${share(at)}%` }} />
      {hover === null ? null : (
        <span
          className="time-hover"
          style={{ left: `${Math.max(4, Math.min(96, share(hover)))}%` }}
        >
          {exactTime(hover)}
        </span>
      )}
    </div>
  );
}
