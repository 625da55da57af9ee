import { Button } from 'react-aria-components';
import { CauseNote } from '../dialog-frame.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useWords } from '../product.tsx';
import { usePage } from './evidence-words.ts';

/** What is removed from the shelf is gone: said with how much of it never left in a package. */
export function RemoveDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const { shelf } = useProduct();
  const { t } = useWords();
  const p = usePage();
  const { busy, cause, run } = useTry();
  const never = ids.filter((id) => shelf.find(id)?.packages.length === 0).length;
  return (
    <RoomDialog alert title={p('remove.title', { count: ids.length })} onClose={onClose}>
      <div className="form">
        <p>{p('remove.text')}</p>
        {never > 0 ? <p className="field-error">{p('remove.never', { count: never })}</p> : null}
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose} autoFocus>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            data-danger
            isDisabled={busy}
            onPress={() => void run(() => shelf.remove(ids)).then((done) => done && onClose())}
          >
            {p('remove.sure', { count: ids.length })}
          </Button>
        </div>
      </div>
    </RoomDialog>
  );
}
