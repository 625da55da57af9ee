import type { HubTest } from '../../stores/hubs/hubs-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { useTexts, useWords } from '../product.tsx';

/** What a hub answered when it was asked without keeping anything. */
export function HubTestResult({ test }: { test: HubTest }) {
  const { number } = useWords();
  const c = useTexts('connect');
  if (!test.ok) return <CauseNote cause={test.cause ?? { code: 'internal' }} />;
  return (
    <div className="note" data-kind="good" role="status">
      <Icon name="check" />
      <div>
        <p>
          {c('hubs.testOk', {
            version: test.version || c('hubs.testNoName'),
            cameras: number(test.cameras),
            ms: number(test.tookMs),
          })}
        </p>
        {test.samples.length > 0 ? (
          <ul className="samples">
            {test.samples.slice(0, 6).map(({ name, address, hasSub }) => (
              <li key={address}>
                {name} <span className="dim">{address}</span>{' '}
                {hasSub ? null : <span className="dim">({c('hubs.noSub')})</span>}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  );
}
