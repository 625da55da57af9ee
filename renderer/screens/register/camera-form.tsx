import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { type Draft, valueIn } from '../../stores/register/draft.ts';
import type { RegisterCamera } from '../../stores/register/register-types.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { Icon } from '../icon.tsx';
import { Choice, TextBox } from '../manage/fields.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { addressFault } from '../source-form.ts';
import { allPlacements, isForbiddenPlace, optionsOf } from './register-words.ts';

const transports = ['auto', 'tcp', 'udp', 'multicast', 'http'] as const;

/** Everything the register knows of a camera. A login in an address is taken out and kept apart. */
export function CameraForm({ draft }: { draft: Draft<RegisterCamera> }) {
  const { register } = useProduct();
  const words = useWords();
  const { t } = words;
  const r = useTexts('register');
  const set = register.card.editCamera;
  const row = useStore(register.card, (model) => model.cameraRow);
  const site = useStore(register, ({ tree }) =>
    knownOf(tree)?.sites.find(({ id }) => id === draft.base.siteId),
  );
  const get = <K extends keyof RegisterCamera>(field: K) => valueIn(draft, field);
  const placement = get('placement');
  const forbidden = isForbiddenPlace(placement);
  const text = (
    field: 'name' | 'purpose' | 'brand' | 'model' | 'serial' | 'localNotes',
    more: { wide?: boolean; lines?: number; max?: number } = {},
  ) => (
    <TextBox
      label={r(`field.${field}`)}
      value={get(field)}
      onChange={(value) => set(field, value)}
      {...more}
    />
  );
  const address = (field: 'url' | 'subUrl' | 'directUrl' | 'directSubUrl') => {
    const value = get(field);
    const fault = value.trim() === '' ? null : addressFault(value);
    return (
      <TextBox
        label={r(`field.${field}`)}
        help={r(`help.${field}`)}
        value={value}
        max={2000}
        placeholder="rtsp://192.0.2.10:554/stream1"
        error={fault ? t(`add.fault.${fault}`) : null}
        onChange={(next) => set(field, next.trim())}
        wide
      />
    );
  };
  return (
    <div className="fields">
      <p className="of-site">
        <Icon name="sites" />
        <span>
          {[
            site?.name ?? row?.siteName,
            site?.district ?? row?.district,
            site?.province ?? row?.province,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <Button
          className="button"
          data-small
          onPress={() => void register.card.open({ kind: 'site', id: draft.base.siteId })}
        >
          {r('card.toSite')}
        </Button>
      </p>
      {row?.refusal && !forbidden ? (
        <div className="note" data-kind="bad">
          <Icon name="lock" />
          <div>
            <p>{words.causeText(row.refusal)}</p>
            <p className="note-hint">{words.causeHint(row.refusal)}</p>
          </div>
        </div>
      ) : null}
      {text('name', { wide: true })}
      <Choice
        label={r('field.placement')}
        value={placement}
        none={r('placement.none')}
        options={optionsOf(r, 'placement', allPlacements)}
        onChange={(value) => set('placement', value)}
        error={forbidden ? r('placement.forbiddenText') : null}
        wide
      />
      {text('purpose', { wide: true, max: 500 })}
      {address('url')}
      {address('subUrl')}
      {address('directUrl')}
      {address('directSubUrl')}
      <Choice
        label={r('field.transport')}
        value={get('transport')}
        options={optionsOf(r, 'transport', transports)}
        onChange={(value) => set('transport', value ?? 'auto')}
      />
      {text('brand')}
      {text('model')}
      {text('serial')}
      <p className="dim">{r(`origin.${draft.base.origin.split(':')[0]}`)}</p>
      {text('localNotes', { wide: true, lines: 3, max: 4000 })}
    </div>
  );
}
