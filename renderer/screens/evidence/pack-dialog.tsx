import { type FormEvent, useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Cause } from '../../../src/contract/cause.ts';
import type { EvidenceItem, ExportFolder } from '../../../src/contract/evidence-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import { dateText, timeText } from '../../i18n.ts';
import { remembered } from '../../stores/evidence/evidence-memory.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { Check, TextBox } from '../manage/fields.tsx';
import { LoadingNote } from '../manage/notes.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { OriginalsChoice, useTakesOriginals } from '../privacy/originals-choice.tsx';
import { useProduct, useWords } from '../product.tsx';
import { sizeText, usePage } from './evidence-words.ts';

/** A signed package of what was chosen, or of one item, onto a stick. */
export function PackDialog({ only, onClose }: { only?: EvidenceItem; onClose: () => void }) {
  const p = usePage();
  return (
    <RoomDialog wide title={p('pack.title')} onClose={onClose}>
      <PackForm only={only ?? null} onClose={onClose} />
    </RoomDialog>
  );
}

function PackForm({ only, onClose }: { only: EvidenceItem | null; onClose: () => void }) {
  const { shelf, jobs, snapshots } = useProduct();
  const words = useWords();
  const p = usePage();
  const [items] = useState<readonly EvidenceItem[]>(() => {
    const { chosen, open } = shelf.getState();
    if (only) return [only];
    return chosen.size > 0 ? [...chosen.values()] : open ? [open] : [];
  });
  const [kept] = useState(() => remembered());
  const [folders, setFolders] = useState<readonly ExportFolder[] | null>(null);
  const [foldersCause, setFoldersCause] = useState<Cause | null>(null);
  const [turn, setTurn] = useState(0);
  const [folder, setFolder] = useState<string | null>(null);
  const [name, setName] = useState(() => nameOf(items, p('pack.namePrefix')));
  const [recipient, setRecipient] = useState(kept.recipient);
  const [legalBasis, setLegalBasis] = useState(kept.legalBasis);
  const [reason, setReason] = useState(items[0]?.reason ?? snapshots.getState().reason);
  const [withAudit, setWithAudit] = useState(true);
  const [withOriginals, setWithOriginals] = useState(true);
  const mayTakeOriginals = useTakesOriginals();
  const [sealed, setSealed] = useState(false);
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const { busy, cause, run } = useTry();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when a stick was put in
  useEffect(() => {
    let here = true;
    setFoldersCause(null);
    jobs.folders().then(
      (found) => {
        if (!here) return;
        const sorted = [...found].sort((a, b) => Number(b.removable) - Number(a.removable));
        setFolders(sorted);
        setFolder((before) =>
          sorted.some(({ path, writable }) => path === before && writable)
            ? before
            : (sorted.find(({ writable }) => writable)?.path ?? null),
        );
      },
      (error) => here && setFoldersCause(Fault.from(error).shown),
    );
    return () => {
      here = false;
    };
  }, [jobs, turn]);
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  const target = folders?.find(({ path }) => path === folder) ?? null;
  const tooFull = target?.free !== null && target !== null && target.free < bytes * 1.02 + 5e6;
  const differs = sealed && password !== again;
  const short = sealed && password.length > 0 && password.length < 8;
  const ready =
    items.length > 0 &&
    folder !== null &&
    name.trim() !== '' &&
    !(sealed && (password === '' || differs || short));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || folder === null) return;
    void run(() =>
      jobs.pack({
        itemIds: items.map(({ id }) => id),
        folder,
        name: name.trim(),
        recipient: recipient.trim() || null,
        legalBasis: legalBasis.trim() || null,
        reason: reason.trim() || null,
        withAudit,
        withOriginals: withOriginals && mayTakeOriginals,
        password: sealed ? password : null,
      }),
    ).then((done) => {
      if (!done) return;
      if (!only) void shelf.chooseAll(false);
      onClose();
    });
  };
  return (
    <form className="form pack" onSubmit={submit} noValidate>
      <p className="dim">{p('pack.text', { count: items.length, size: sizeText(words, bytes) })}</p>
      <fieldset className="folders">
        <legend>
          {p('pack.folder')}
          <Button className="button" data-small onPress={() => setTurn((before) => before + 1)}>
            <Icon name="refresh" />
            {p('pack.lookAgain')}
          </Button>
        </legend>
        <CauseNote cause={foldersCause} />
        {folders === null ? foldersCause ? null : <LoadingNote /> : null}
        {folders?.length === 0 ? <p className="dim">{p('pack.noFolder')}</p> : null}
        {folders?.map((each) => (
          <label key={each.path} className="folder" data-off={!each.writable || undefined}>
            <input
              type="radio"
              name="folder"
              value={each.path}
              checked={folder === each.path}
              disabled={!each.writable}
              onChange={() => setFolder(each.path)}
            />
            <Icon name={each.removable ? 'download' : 'file'} />
            <span className="folder-name">
              <strong>
                {each.label === ''
                  ? p('pack.own')
                  : each.label === '~'
                    ? p('pack.home')
                    : each.label}
              </strong>
              <span className="dim"> {each.path}</span>
            </span>
            <span className="dim">
              {!each.writable
                ? p('pack.readOnly')
                : each.free === null
                  ? ''
                  : p('pack.free', { size: sizeText(words, each.free) })}
            </span>
          </label>
        ))}
        {tooFull ? <p className="field-error">{p('pack.tooFull')}</p> : null}
      </fieldset>
      <TextBox
        label={p('pack.name')}
        help={p('pack.nameHelp')}
        value={name}
        max={120}
        onChange={setName}
      />
      <div className="form-pair">
        <TextBox
          label={p('pack.recipient')}
          value={recipient}
          max={2000}
          placeholder={p('pack.recipientExample')}
          onChange={setRecipient}
        />
        <TextBox
          label={p('pack.legalBasis')}
          value={legalBasis}
          max={2000}
          placeholder={p('pack.legalBasisExample')}
          onChange={setLegalBasis}
        />
      </div>
      <TextBox
        label={p('pack.reason')}
        value={reason}
        max={2000}
        placeholder={p('reason.example')}
        onChange={setReason}
      />
      <OriginalsChoice items={items} withOriginals={withOriginals} onChange={setWithOriginals} />
      <Check
        label={p('pack.withAudit')}
        help={p('pack.withAuditHelp')}
        on={withAudit}
        onChange={setWithAudit}
      />
      <Check
        label={p('pack.sealed')}
        help={p('pack.sealedHelp')}
        on={sealed}
        onChange={setSealed}
      />
      {sealed ? (
        <div className="form-pair">
          <TextBox
            label={p('pack.password')}
            type="password"
            value={password}
            max={500}
            error={short ? p('pack.short') : null}
            onChange={setPassword}
          />
          <TextBox
            label={p('pack.again')}
            type="password"
            value={again}
            max={500}
            error={differs && again !== '' ? p('pack.differs') : null}
            onChange={setAgain}
          />
        </div>
      ) : null}
      <CauseNote cause={cause} />
      <div className="buttons">
        <Button className="button" onPress={onClose}>
          {words.t('dialog.cancel')}
        </Button>
        <Button className="button" type="submit" data-primary isDisabled={busy || !ready}>
          {p('pack.make')}
        </Button>
      </div>
    </form>
  );
}

/** Begins with what it is, then where and when: it sorts among others of its kind. */
function nameOf(items: readonly EvidenceItem[], prefix: string): string {
  const sites = new Set(items.map(({ siteName }) => siteName));
  const [site] = sites;
  const now = Date.now();
  const day = dateText(now).split('/').reverse().join('-');
  const time = timeText(now).slice(0, 5).replace(':', '.');
  return [prefix, sites.size === 1 ? site : null, day, time].filter(Boolean).join(' ');
}
