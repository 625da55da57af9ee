import { same } from '../../stores/register/draft.ts';
import { useTexts, useWords } from '../product.tsx';
import { fieldName, valueWords } from './value-words.ts';

export interface Preview {
  readonly changed: number;
  readonly unchanged: number;
  readonly lines: readonly {
    readonly id: string;
    readonly name: string;
    readonly changes: readonly { field: string; before: unknown; after: unknown }[];
  }[];
}

const shownLines = 8;

/** What a change would do to each row, counted, and the first rows in full. */
export function previewOf(rows: readonly { id: string; name: string }[], patch: object): Preview {
  const fields = Object.entries(patch);
  const lines: Preview['lines'][number][] = [];
  let changed = 0;
  for (const row of rows) {
    const changes = fields
      .map(([field, after]) => ({ field, before: (row as Record<string, unknown>)[field], after }))
      .filter(({ before, after }) => !same(before, after));
    if (changes.length === 0) continue;
    changed++;
    if (lines.length < shownLines) lines.push({ id: row.id, name: row.name, changes });
  }
  return { changed, unchanged: rows.length - changed, lines };
}

export function BulkPreview({ preview, total }: { preview: Preview; total: number }) {
  const { number } = useWords();
  const r = useTexts('register');
  const { changed, unchanged, lines } = preview;
  return (
    <section className="preview" aria-label={r('bulk.preview')}>
      <h3>{r('bulk.preview')}</h3>
      <p role="status">
        {r('bulk.counts', {
          changed: number(changed),
          unchanged: number(unchanged),
          total: number(total),
        })}
      </p>
      {lines.length > 0 ? (
        <table className="plain">
          <thead>
            <tr>
              <th>{r('field.name')}</th>
              <th>{r('bulk.field')}</th>
              <th>{r('bulk.before')}</th>
              <th>{r('bulk.after')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.flatMap(({ id, name, changes }) =>
              changes.map(({ field, before, after }) => (
                <tr key={`${id}.${field}`}>
                  <td>{name}</td>
                  <td>{fieldName(r, field)}</td>
                  <td className="before">{valueWords(r, field, before)}</td>
                  <td className="after">{valueWords(r, field, after)}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      ) : null}
      {changed > lines.length ? (
        <p className="dim">
          {r('bulk.more', {
            count: changed - lines.length,
            number: number(changed - lines.length),
          })}
        </p>
      ) : null}
    </section>
  );
}
