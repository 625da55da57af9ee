import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { Icon } from '../icon.tsx';
import { useProduct, useSecond, useSession, useTexts } from '../product.tsx';

/** The last half minute before control locks. Any key or movement keeps it; the wall goes on. */
export function IdleCountdown() {
  const { core, operators } = useProduct();
  const o = useTexts('operators');
  const locksAt = useStore(operators, ({ state }) =>
    state?.session && !state.session.locked ? (state.locksAt ?? null) : null,
  );
  const offset = useSession((model) => model.clockOffsetMs);
  useSecond(locksAt !== null);
  const left = locksAt === null ? 0 : Math.ceil((locksAt - offset - Date.now()) / 1000);
  useEffect(() => {
    if (locksAt === null || left > 0) return;
    // The core locks within the next second; until it says so, this page knows no better.
    core.call('operators.me', {}).catch(() => {});
  }, [core, locksAt, left]);
  if (locksAt === null) return null;
  return (
    <div className="idle-lock" role="alert">
      <Icon name="lock" />
      <div>
        <p className="idle-lock-text">{o('idle.text', { seconds: Math.max(0, left) })}</p>
        <p className="dim">{o('idle.hint')}</p>
      </div>
      <Button
        className="button"
        data-small
        onPress={() => void core.call('operators.seen', {}).catch(() => {})}
      >
        {o('idle.keep')}
      </Button>
    </div>
  );
}
