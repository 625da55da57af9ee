import { useStore } from 'zustand';
import { useProduct, useTexts } from '../product.tsx';
import { usePage } from './evidence-words.ts';
import { Copyable } from './item-card.tsx';

/** The key that signs here: to be compared with a printed one. */
export function KeyLine() {
  const { jobs } = useProduct();
  const p = usePage();
  const e = useTexts('evidence');
  const key = useStore(jobs, (model) => model.key);
  if (!key) return null;
  return (
    <div className="key-line" title={p('key.text', { kept: e(`kept.${key.kept}`) })}>
      <Copyable label={p('key.label')} text={key.fingerprint} />
      {key.kept === 'memory' ? <p className="field-error">{p('key.memory')}</p> : null}
    </div>
  );
}
