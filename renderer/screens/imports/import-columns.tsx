import {
  type ImportField,
  type ImportPreview,
  importFields,
} from '../../../src/contract/import-schemas.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';

/** What each column of the file means; a choice is remembered for files with the same heading. */
export function ImportColumns({ preview, busy }: { preview: ImportPreview; busy: boolean }) {
  const { imports } = useProduct();
  const words = useWords();
  const c = useTexts('connect');
  const i = words.in('import');
  const taken = new Set(preview.columns.map(({ field }) => field));
  return (
    <div className="room-scroll">
      <p className="dim">{c('imports.columnsText')}</p>
      <table className="plain columns">
        <thead>
          <tr>
            <th>{c('imports.column')}</th>
            <th>{c('imports.samples')}</th>
            <th>{c('imports.means')}</th>
            <th>{c('imports.by')}</th>
          </tr>
        </thead>
        <tbody>
          {preview.columns.map((column) => (
            <tr key={column.index} data-unmapped={column.field === null || undefined}>
              <th scope="row">
                <span className="dim">{column.letter}</span> {column.heading}
              </th>
              <td className="dim">{column.samples.join(' · ')}</td>
              <td>
                <select
                  aria-label={c('imports.meansOf', { column: column.heading || column.letter })}
                  value={column.field ?? ''}
                  disabled={busy}
                  onChange={(event) =>
                    void imports.setField(
                      column.index,
                      importFields.find((field) => field === event.target.value) ?? null,
                    )
                  }
                >
                  <option value="">{c('imports.notChosen')}</option>
                  {importFields.map((field: ImportField) => (
                    <option
                      key={field}
                      value={field}
                      disabled={field !== 'ignore' && field !== column.field && taken.has(field)}
                    >
                      {i(`field.${field}`)}
                    </option>
                  ))}
                </select>
              </td>
              <td className="dim">{column.by ? c(`imports.chosenBy.${column.by}`) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
