import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { CauseNote } from '../dialog-frame.tsx';
import { TextBox } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useWords } from '../product.tsx';
import { usePage } from './evidence-words.ts';

/** Any package on this machine, whoever made it. */
export function CheckDialog({ onClose }: { onClose: () => void }) {
  const { jobs } = useProduct();
  const { t } = useWords();
  const p = usePage();
  const [path, setPath] = useState('');
  const [password, setPassword] = useState('');
  const { busy, cause, run } = useTry();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() => jobs.check(path.trim(), password || null)).then((done) => done && onClose());
  };
  return (
    <RoomDialog title={p('check.title')} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <p className="dim">{p('check.text')}</p>
        <TextBox
          label={p('check.path')}
          value={path}
          max={4000}
          placeholder="/media/…/Chung cu.vgp.zip"
          autoFocus
          onChange={setPath}
        />
        <TextBox
          label={p('check.password')}
          help={p('check.passwordHelp')}
          type="password"
          value={password}
          max={500}
          onChange={setPassword}
        />
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            type="submit"
            data-primary
            isDisabled={busy || path.trim() === ''}
          >
            {p('check.make')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}
