import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { CauseNote } from '../dialog-frame.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts } from '../product.tsx';

const shown = 50;

/**
 * Logins that no camera uses any more. They are kept when cameras, devices or sites are removed, because
 * that can be undone; only a person takes them out of the vault.
 */
export function UnusedLogins() {
  const { settings } = useProduct();
  const c = useTexts('connect');
  const unused = useStore(settings, (model) => model.unused);
  const { busy, cause, run } = useTry();
  if (unused.length === 0) return null;
  return (
    <section className="setting">
      <h3>{c('logins.unused', { count: unused.length })}</h3>
      <p className="dim">{c('logins.unusedText')}</p>
      <CauseNote cause={cause} />
      <ul className="samples">
        {unused.slice(0, shown).map((row) => {
          const name = row.name || row.id;
          return (
            <li key={`${row.scope} ${row.id}`} className="login-question">
              <span>
                <strong>{name}</strong>{' '}
                <span className="dim">
                  {c(`logins.scope.${row.scope}`)}
                  {row.user ? ` · ${row.user}` : ''}
                </span>
              </span>
              <Button
                className="button"
                data-small
                isDisabled={busy}
                aria-label={c('logins.removeOf', { name })}
                onPress={() => void run(() => settings.removeLogin(row))}
              >
                {c('logins.remove')}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
