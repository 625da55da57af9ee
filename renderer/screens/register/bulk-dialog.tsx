import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import {
  budgetLevels,
  ownerships,
  planKinds,
  siteKinds,
} from '../../../src/contract/register-schemas.ts';
import { placements } from '../../../src/contract/schemas.ts';
import type { Texts } from '../../i18n.ts';
import type { CameraPatch, SitePatch } from '../../stores/register/register-types.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Check, Choice, DayBox, TextBox } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { BulkPreview, previewOf } from './bulk-preview.tsx';
import { optionsOf } from './register-words.ts';

/** One change for many rows: choose fields, see what changes, then do it. */
export function BulkDialog({ onClose }: { onClose: () => void }) {
  const { core, register } = useProduct();
  const { t, number } = useWords();
  const r = useTexts('register');
  const table = useStore(register, (model) => model.table);
  const { selectedCameras, selectedSites } = register.getState();
  const [cameraPatch, setCameraPatch] = useState<CameraPatch>({});
  const [sitePatch, setSitePatch] = useState<SitePatch>({});
  const { busy, cause, run } = useTry();
  const patch = table === 'cameras' ? cameraPatch : sitePatch;
  const rows =
    table === 'cameras'
      ? [...selectedCameras.values()].map(({ camera }) => camera)
      : [...selectedSites.values()].map(({ site }) => site);
  const preview = previewOf(rows, patch);
  const submit = async () => {
    const done = await run(() =>
      table === 'cameras'
        ? core.call('register.bulkEdit', {
            cameraIds: [...selectedCameras.keys()],
            patch: cameraPatch,
          })
        : core.call('register.bulkEditSites', {
            siteIds: [...selectedSites.keys()],
            patch: sitePatch,
          }),
    );
    if (!done) return;
    register.selectNone();
    onClose();
  };
  return (
    <RoomDialog
      title={r(`bulk.title-${table}`, { count: rows.length, number: number(rows.length) })}
      wide
      onClose={onClose}
    >
      <div className="form">
        <p className="dim">{r('bulk.how')}</p>
        <div className="bulk-fields">
          {table === 'cameras' ? (
            <CameraFields r={r} patch={cameraPatch} onChange={setCameraPatch} />
          ) : (
            <SiteFields r={r} patch={sitePatch} onChange={setSitePatch} />
          )}
        </div>
        <BulkPreview preview={preview} total={rows.length} />
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            data-primary
            isDisabled={busy || preview.changed === 0}
            onPress={() => void submit()}
          >
            {r('bulk.submit', { count: preview.changed, number: number(preview.changed) })}
          </Button>
        </div>
      </div>
    </RoomDialog>
  );
}

interface PatchProps<P> {
  readonly r: Texts;
  readonly patch: P;
  readonly onChange: (patch: P) => void;
}

/** A box that takes a field into the change, and the field beside it. */
function Part<P extends object, K extends keyof P & string>(
  props: PatchProps<P> & {
    readonly field: K;
    readonly first: P[K];
    readonly children: (value: P[K], set: (value: P[K]) => void) => React.ReactNode;
  },
) {
  const { r, patch, onChange, field, first, children } = props;
  const on = Object.hasOwn(patch, field);
  const set = (value: P[K]) => onChange({ ...patch, [field]: value });
  return (
    <div className="bulk-field" data-on={on || undefined}>
      <Check
        label={r(`field.${field}`)}
        on={on}
        onChange={(next) => {
          if (next) return set(first);
          const { [field]: _gone, ...rest } = patch;
          onChange(rest as P);
        }}
      />
      {on ? children(patch[field], set) : null}
    </div>
  );
}

function CameraFields(props: PatchProps<CameraPatch>) {
  const { r } = props;
  const text = (field: 'purpose' | 'brand' | 'model') => (
    <Part key={field} {...props} field={field} first="">
      {(value, set) => <TextBox label={r(`field.${field}`)} value={value ?? ''} onChange={set} />}
    </Part>
  );
  return (
    <>
      <Part {...props} field="placement" first={null}>
        {(value, set) => (
          <Choice
            label={r('field.placement')}
            value={value ?? null}
            none={r('placement.none')}
            options={optionsOf(r, 'placement', placements)}
            onChange={set}
          />
        )}
      </Part>
      {text('purpose')}
      {text('brand')}
      {text('model')}
      <Part {...props} field="transport" first="auto">
        {(value, set) => (
          <Choice
            label={r('field.transport')}
            value={value ?? 'auto'}
            options={optionsOf(r, 'transport', [
              'auto',
              'tcp',
              'udp',
              'multicast',
              'http',
            ] as const)}
            onChange={(next) => set(next ?? 'auto')}
          />
        )}
      </Part>
    </>
  );
}

function SiteFields(props: PatchProps<SitePatch>) {
  const { r } = props;
  const text = (field: 'province' | 'district') => (
    <Part key={field} {...props} field={field} first="">
      {(value, set) => <TextBox label={r(`field.${field}`)} value={value ?? ''} onChange={set} />}
    </Part>
  );
  return (
    <>
      {text('province')}
      {text('district')}
      <Part {...props} field="kind" first="quarantine">
        {(value, set) => (
          <Choice
            label={r('field.kind')}
            value={value ?? null}
            options={optionsOf(r, 'kind', siteKinds)}
            onChange={(next) => next && set(next)}
          />
        )}
      </Part>
      <Part {...props} field="ownership" first={null}>
        {(value, set) => (
          <Choice
            label={r('field.ownership')}
            value={value ?? null}
            none={r('unknown')}
            options={optionsOf(r, 'ownership', ownerships)}
            onChange={set}
          />
        )}
      </Part>
      <Part {...props} field="budgetLevel" first={null}>
        {(value, set) => (
          <Choice
            label={r('field.budgetLevel')}
            value={value ?? null}
            none={r('unknown')}
            options={optionsOf(r, 'budgetLevel', budgetLevels)}
            onChange={set}
          />
        )}
      </Part>
      <Part {...props} field="priority" first={2}>
        {(value, set) => (
          <Choice
            label={r('field.priority')}
            value={String(value ?? 2)}
            options={optionsOf(r, 'priority', ['1', '2', '3'])}
            onChange={(next) => set(Number(next ?? 2))}
          />
        )}
      </Part>
      <Part {...props} field="plan" first={{ kind: 'recorder', deadline: null }}>
        {(value, set) => (
          <div className="form-pair">
            <Choice
              label={r('field.plan')}
              value={value?.kind ?? null}
              none={r('plan.none')}
              options={optionsOf(r, 'plan', planKinds)}
              onChange={(kind) => set(kind && { kind, deadline: value?.deadline ?? null })}
            />
            <DayBox
              label={r('field.deadline')}
              value={value?.deadline ?? null}
              onChange={(deadline) => value && set({ ...value, deadline })}
            />
          </div>
        )}
      </Part>
      <Part {...props} field="dueInspectionOn" first={null}>
        {(value, set) => (
          <DayBox label={r('field.dueInspectionOn')} value={value ?? null} onChange={set} />
        )}
      </Part>
    </>
  );
}
