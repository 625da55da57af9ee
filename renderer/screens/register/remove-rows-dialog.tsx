import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { CauseNote } from '../dialog-frame.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';

export function RemoveRowsDialog({ onClose }: { onClose: () => void }) {
  const { core, register } = useProduct();
  const { t, number } = useWords();
  const r = useTexts('register');
  const table = useStore(register, (model) => model.table);
  const { selectedCameras, selectedSites } = register.getState();
  const ids = [...(table === 'cameras' ? selectedCameras : selectedSites).keys()];
  const { busy, cause, run } = useTry();
  const remove = async () => {
    const done = await run(() =>
      table === 'cameras'
        ? core.call('register.removeCameras', { cameraIds: ids })
        : core.call('register.removeSites', { siteIds: ids }),
    );
    if (!done) return;
    register.selectNone();
    onClose();
  };
  return (
    <RoomDialog title={r('remove.title')} alert onClose={onClose}>
      <div className="form">
        <p>{r(`remove.${table}`, { count: ids.length, number: number(ids.length) })}</p>
        <p className="dim">{r('remove.undo')}</p>
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose} autoFocus>
            {t('dialog.cancel')}
          </Button>
          <Button className="button" data-danger isDisabled={busy} onPress={() => void remove()}>
            {r('remove.submit')}
          </Button>
        </div>
      </div>
    </RoomDialog>
  );
}
