import { useState } from 'react';
import { Button } from 'react-aria-components';
import { heldByOther } from '../../stores/ptz/ptz-store.ts';
import { TextBox } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useProduct, useSecond, useSession, useWords } from '../product.tsx';
import { countdown, leaseLine, leaseWhere } from './lease-words.ts';
import { usePtz, usePtzState } from './use-ptz.ts';

/** Who has the camera, for how long, and how it changes hands. */
export function LeaseCard({ cameraId }: { cameraId: string }) {
  const { ptz } = useProduct();
  const words = useWords();
  const p = words.in('ptz');
  const state = usePtzState(cameraId);
  const acting = usePtz((model) => model.acting);
  const offset = useSession((model) => model.clockOffsetMs);
  const lease = state?.lease ?? null;
  const now = useSecond(lease !== null) * 1000 + offset;
  return (
    <section className="dock-card" data-lease={lease?.mine ? 'mine' : lease ? 'other' : 'free'}>
      <p className="lease-line">
        <strong>{leaseLine(words, state)}</strong>
        {lease && lease.priority > 0 ? (
          <span className="lease-left" title={p('lease.leftHelp')}>
            {countdown(lease.until, now)}
          </span>
        ) : null}
      </p>
      {lease && heldByOther(lease) ? <p className="dim">{leaseWhere(words, lease)}</p> : null}
      {lease?.reason ? <p className="dim">{p('lease.reason', { reason: lease.reason })}</p> : null}
      {lease?.next ? (
        <p className="dim">{p('lease.next', { name: lease.next.operatorName })}</p>
      ) : null}
      <div className="dock-buttons">
        {lease?.mine ? (
          <Button
            className="button"
            data-small
            isDisabled={acting !== null}
            onPress={() =>
              void ptz.act('release', (core, id) => core.call('ptz.release', { cameraId: id }))
            }
          >
            {p('lease.release')}
          </Button>
        ) : heldByOther(lease) ? (
          <Button className="button" data-small onPress={() => ptz.change({ taking: true })}>
            {p('lease.takeOver')}
          </Button>
        ) : (
          <Button
            className="button"
            data-small
            isDisabled={acting !== null}
            onPress={() => void take(ptz, null, '')}
          >
            {p('lease.take')}
          </Button>
        )}
      </div>
    </section>
  );
}

function take(ptz: ReturnType<typeof useProduct>['ptz'], priority: number | null, reason: string) {
  return ptz.act('take', (core, cameraId) => core.call('ptz.take', { cameraId, priority, reason }));
}

const mostPriority = 32_000;

/** Null: as the role has it; undefined: no priority at all. */
function priorityOf(text: string): number | null | undefined {
  const plain = text.trim();
  if (plain === '') return null;
  const value = Number(plain);
  const isOne = /^\d{1,5}$/u.test(plain) && value >= 1 && value <= mostPriority;
  return isOne ? value : undefined;
}

/** Taking a camera out of somebody's hand is asked once, with a reason that the other one reads. */
export function TakeOverDialog({ cameraId }: { cameraId: string }) {
  const { ptz } = useProduct();
  const words = useWords();
  const p = words.in('ptz');
  const lease = usePtzState(cameraId)?.lease ?? null;
  const acting = usePtz((model) => model.acting);
  const [reason, setReason] = useState('');
  const [wished, setWished] = useState('');
  const priority = priorityOf(wished);
  const close = () => ptz.change({ taking: false });
  const submit = async () => {
    if (priority === undefined) return;
    close();
    await take(ptz, priority, reason.trim());
  };
  return (
    <RoomDialog title={p('takeOver.title')} alert onClose={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>
          {heldByOther(lease)
            ? p('takeOver.from', {
                name: lease.holder.operatorName,
                workstation: lease.holder.workstation,
                priority: lease.priority,
              })
            : p('takeOver.free')}
        </p>
        <p className="dim">{p('takeOver.explain')}</p>
        <TextBox
          label={p('takeOver.priority')}
          help={p('takeOver.priorityHelp', { most: mostPriority })}
          error={
            priority === undefined ? p('takeOver.priorityWrong', { most: mostPriority }) : null
          }
          value={wished}
          max={5}
          onChange={setWished}
        />
        <TextBox
          label={p('takeOver.reason')}
          help={p('takeOver.reasonHelp')}
          value={reason}
          max={300}
          onChange={setReason}
        />
        <div className="buttons">
          <Button className="button" onPress={close}>
            {words.t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            data-danger
            type="submit"
            isDisabled={acting !== null || priority === undefined}
          >
            {p('takeOver.submit')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}
