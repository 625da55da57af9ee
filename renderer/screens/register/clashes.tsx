import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { useProduct, useTexts } from '../product.tsx';
import { fieldName, valueWords } from './value-words.ts';

/** What two people changed in two ways: nothing is lost, a person chooses field by field. */
export function Clashes() {
  const { register } = useProduct();
  const r = useTexts('register');
  const { card } = register;
  const siteClashes = useStore(card, (model) => model.siteClashes);
  const cameraClashes = useStore(card, (model) => model.cameraClashes);
  const lines = [
    ...siteClashes.map((clash) => ({
      ...clash,
      settle: (whose: 'mine' | 'theirs') => card.settleSite(clash.field, whose),
    })),
    ...cameraClashes.map((clash) => ({
      ...clash,
      settle: (whose: 'mine' | 'theirs') => card.settleCamera(clash.field, whose),
    })),
  ];
  if (lines.length === 0) return null;
  return (
    <section className="clashes" aria-label={r('conflict.choose')}>
      <h3>{r('conflict.choose')}</h3>
      {lines.map(({ field, mine, theirs, settle }) => (
        <div key={field} className="clash">
          <p className="clash-field">{fieldName(r, field)}</p>
          <dl>
            <dt>{r('conflict.mine')}</dt>
            <dd>{valueWords(r, field, mine)}</dd>
            <dt>{r('conflict.theirs')}</dt>
            <dd>{valueWords(r, field, theirs)}</dd>
          </dl>
          <div className="clash-buttons">
            <Button className="button" data-small onPress={() => settle('mine')}>
              {r('conflict.keep')}
            </Button>
            <Button className="button" data-small onPress={() => settle('theirs')}>
              {r('conflict.take')}
            </Button>
          </div>
        </div>
      ))}
    </section>
  );
}
