import { useStore } from 'zustand';
import { LoadingNote } from '../manage/notes.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { momentText } from './audit-words.ts';

/** What verifying the chain found: each record at which something differs, by its number and time. */
export function AuditCheckNote() {
  const { audit } = useProduct();
  const { number } = useWords();
  const a = useTexts('audit');
  const verifying = useStore(audit, (model) => model.verifying);
  const check = useStore(audit, (model) => model.check);
  if (verifying) return <LoadingNote text={a('verifying')} />;
  if (!check) return null;
  const { first, last, problems } = check;
  return (
    <div
      className="audit-check"
      data-intact={check.intact}
      role={check.intact ? 'status' : 'alert'}
    >
      <p>
        <strong>
          {!check.intact
            ? a('broken', { count: check.problemCount })
            : first && last
              ? a('intact', {
                  records: number(check.records),
                  first: number(first.seq),
                  last: number(last.seq),
                })
              : a('empty')}
        </strong>
      </p>
      {problems.length > 0 ? (
        <ul>
          {problems.map(({ what, seq, until, at }) => (
            <li key={`${what} ${seq} ${until}`}>
              {a(`difference.${what}`, { seq: number(seq), until: number(until ?? seq) })}
              {at === null ? null : <span className="dim"> {momentText(at)}</span>}
            </li>
          ))}
        </ul>
      ) : last ? (
        <p className="dim audit-hash">{a('headIs', { seq: last.seq, hash: last.hash })}</p>
      ) : null}
    </div>
  );
}
