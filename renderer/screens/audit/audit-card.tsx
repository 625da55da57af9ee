import { Button } from 'react-aria-components';
import type { AuditRecordRow } from '../../../src/contract/audit-schemas.ts';
import { Icon } from '../icon.tsx';
import { useCameras, useProduct, useTexts, useWords } from '../product.tsx';
import { causeOf, kindText, momentText, outcomeText, valueText } from './audit-words.ts';

/** One record with everything that is hashed. */
export function AuditCard({ row }: { row: AuditRecordRow }) {
  const { audit } = useProduct();
  const words = useWords();
  const a = useTexts('audit');
  const camera = useCameras((model) => (row.camera ? model.byId.get(row.camera) : undefined));
  const facts: [name: string, value: string | null][] = [
    [a('time'), momentText(row.at)],
    [a('person'), row.operator?.name ?? a('nobody')],
    [a('outcomeOf'), outcomeText(words, row.outcome)],
    [a('cause'), row.cause && causeOf(words, row.cause)],
    [a('camera'), row.camera && (camera ? `${camera.name} (${row.camera})` : row.camera)],
    [a('site'), row.site],
    [a('screen'), row.screen === null ? null : String(row.screen + 1)],
    ...Object.entries(row.details).map(([name, value]): [string, string] => [
      name,
      valueText(name, value),
    ]),
    [a('steady'), String(row.steady)],
    [a('station'), row.station],
    [a('prev'), row.prev],
    [a('hash'), row.hash],
  ];
  const { camera: cameraId, site } = row;
  return (
    <aside className="card" aria-label={a('record', { seq: row.seq })}>
      <header className="card-head">
        <div>
          <p className="card-kind">{a('record', { seq: words.number(row.seq) })}</p>
          <h2 title={row.kind}>{kindText(words, row.kind)}</h2>
        </div>
        <Button
          className="bar-button"
          aria-label={words.t('dialog.close')}
          onPress={() => audit.open(null)}
        >
          <Icon name="close" />
        </Button>
      </header>
      <div className="card-body">
        <dl className="fact-list">
          {facts.map(([name, value]) =>
            value === null ? null : (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="audit-value">{value}</dd>
              </div>
            ),
          )}
        </dl>
      </div>
      <footer className="card-foot">
        <div className="card-buttons">
          {cameraId ? (
            <Button
              className="button"
              data-small
              onPress={() => audit.change({ camera: cameraId })}
            >
              <Icon name="search" />
              {a('onlyThisCamera')}
            </Button>
          ) : null}
          {site ? (
            <Button className="button" data-small onPress={() => audit.change({ site })}>
              <Icon name="search" />
              {a('onlyThisSite')}
            </Button>
          ) : null}
        </div>
      </footer>
    </aside>
  );
}
