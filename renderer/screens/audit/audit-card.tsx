import { Button } from 'react-aria-components';
import type { AuditRecordRow } from '../../../src/contract/audit-schemas.ts';
import { Icon } from '../icon.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import {
  type AuditNames,
  causeOf,
  detailName,
  kindText,
  momentText,
  outcomeText,
  valueText,
} from './audit-words.ts';

/** One record with everything that is hashed. */
export function AuditCard({ row, names }: { row: AuditRecordRow; names: AuditNames }) {
  const { audit } = useProduct();
  const words = useWords();
  const a = useTexts('audit');
  const named = (id: string | null, name: string | null): [string | null, string?] =>
    id === null || name === null ? [id] : [name, id];
  /** The third is what stands behind a name. */
  const facts: [name: string, value: string | null, id?: string][] = [
    [a('time'), momentText(row.at)],
    [a('person'), row.operator?.name ?? a('nobody'), row.operator?.id],
    [a('outcomeOf'), outcomeText(words, row.outcome)],
    [a('cause'), row.cause && causeOf(words, row.cause)],
    [a('camera'), ...named(row.camera, row.camera && names.camera(row.camera))],
    [a('site'), ...named(row.site, row.site && names.site(row.site))],
    [a('screen'), row.screen === null ? null : String(row.screen + 1)],
    ...Object.entries(row.details).map(([name, value]): [string, string] => [
      detailName(words, name),
      valueText(words, name, value),
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
          {facts.map(([name, value, id]) =>
            value === null ? null : (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="audit-value" title={id}>
                  {value}
                </dd>
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
