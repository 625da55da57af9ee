import { useStore } from 'zustand';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { useProduct, useTexts } from '../product.tsx';

/** Whether the person here may take out what is masked; the core has the last word. */
export function useTakesOriginals(): boolean {
  const { operators } = useProduct();
  const role = useStore(operators, (model) => model.state?.session?.operator.role);
  return role === 'administrator' || role === 'supervisor';
}

interface Props {
  readonly items: readonly EvidenceItem[];
  readonly withOriginals: boolean;
  readonly onChange: (withOriginals: boolean) => void;
}

/** In the dialog of a package, where items show what is masked: the originals, or masked copies only. */
export function OriginalsChoice({ items, withOriginals, onChange }: Props) {
  const p = useTexts('privacy');
  const may = useTakesOriginals();
  const count = items.filter(({ exposed }) => exposed).length;
  if (count === 0) return null;
  return (
    <fieldset className="originals">
      <legend>{p('originals.title', { number: count })}</legend>
      {([false, true] as const).map((choice) => (
        <label key={String(choice)} className="mark-choice">
          <input
            type="radio"
            name="originals"
            checked={(withOriginals && may) === choice}
            disabled={choice && !may}
            onChange={() => onChange(choice)}
          />
          <span>
            {p(choice ? 'originals.with' : 'originals.without')}
            <span className="dim">
              {p(
                choice
                  ? may
                    ? 'originals.withText'
                    : 'originals.mayNot'
                  : 'originals.withoutText',
              )}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
