import { memo } from 'react';
import { useStore } from 'zustand';
import { dateText, timeText } from '../../i18n.ts';
import { useProduct, useSession } from '../product.tsx';
import { usePrivacy } from './use-privacy.ts';

/** A faint line all over a picture: who sits here, where and when. It changes once a minute. */
export const ScreenMark = memo(function ScreenMark(props: { width: number; height: number }) {
  const shown = usePrivacy((model) => model.mark.onScreen);
  return shown ? <Mark {...props} /> : null;
});

function Mark({ width, height }: { width: number; height: number }) {
  const { operators } = useProduct();
  const opacity = usePrivacy((model) => model.mark.opacity);
  const minute = usePrivacy((model) => model.minute);
  const offset = useSession((model) => model.clockOffsetMs);
  const operator = useStore(operators, (model) => model.state?.session?.operator.fullName ?? null);
  const workstation = useStore(operators, (model) => model.state?.workstation.name ?? null);
  // A core that is a few ms behind is not a minute behind.
  const at = Math.round(minute + offset / 60_000) * 60_000;
  const time = `${timeText(at).slice(0, 5)} ${dateText(at)}`;
  const line = [operator, workstation, time].filter(Boolean).join(' · ').replaceAll(' ', '\u00a0');
  const size = Math.round(Math.min(30, Math.max(11, Math.min(width, height) * 0.05)));
  // The turned block is larger than the tile: enough of the line for all of it, and not more.
  const side = Math.hypot(width, height);
  const columns = Math.ceil(side / (line.length * size * 0.5 + size * 3)) + 1;
  const times = Math.min(400, columns * Math.ceil(side / (size * 4.5)));
  return (
    <div className="screen-mark" style={{ opacity, fontSize: size }} aria-hidden="true">
      <p style={{ width: side, height: side }}>{`${line}   `.repeat(times)}</p>
    </div>
  );
}
