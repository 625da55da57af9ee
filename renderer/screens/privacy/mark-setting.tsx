import { useState } from 'react';
import { useStore } from 'zustand';
import type { Cause } from '../../../src/contract/cause.ts';
import type { MarkSettings } from '../../../src/contract/evidence-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';

const least = 0.02;
const most = 0.5;

/** In Settings: the faint mark over pictures. */
export function MarkSetting() {
  const { privacy } = useProduct();
  const { number } = useWords();
  const p = useTexts('privacy');
  const mark = useStore(privacy, (model) => model.mark);
  const [cause, setCause] = useState<Cause | null>(null);
  /** While the slider is drawn, before it is let go. */
  const [wished, setWished] = useState<number | null>(null);
  const save = (change: Partial<MarkSettings>) => {
    setCause(null);
    privacy
      .saveMark({ ...mark, ...change })
      .catch((error: unknown) => setCause(Fault.from(error).shown))
      .finally(() => setWished(null));
  };
  const opacity = wished ?? mark.opacity;
  const letGo = () => {
    if (wished !== null && wished !== mark.opacity) save({ opacity: wished });
  };
  return (
    <section className="setting">
      <h3>{p('mark.title')}</h3>
      <p className="dim">{p('mark.text')}</p>
      {(['onScreen', 'onSnapshots'] as const).map((name) => (
        <label key={name} className="mark-choice">
          <input
            type="checkbox"
            checked={mark[name]}
            onChange={(event) => save({ [name]: event.target.checked })}
          />
          <span>
            {p(`mark.${name}`)}
            <span className="dim">{p(`mark.${name}Text`)}</span>
          </span>
        </label>
      ))}
      <label className="mark-opacity">
        <span>{p('mark.opacity', { percent: number(opacity * 100) })}</span>
        <input
          type="range"
          min={least}
          max={most}
          step={0.01}
          value={opacity}
          onChange={(event) => setWished(Number(event.target.value))}
          onPointerUp={letGo}
          onKeyUp={letGo}
          onBlur={letGo}
        />
      </label>
      <CauseNote cause={cause} />
    </section>
  );
}
