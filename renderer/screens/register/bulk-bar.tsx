import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { Icon } from '../icon.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { isWatchable } from './camera-table.tsx';
import { RemoveRowsDialog } from './remove-rows-dialog.tsx';

/** What can be done with all chosen rows. */
export function BulkBar() {
  const { register, commands } = useProduct();
  const { number } = useWords();
  const r = useTexts('register');
  const table = useStore(register, (model) => model.table);
  const cameras = useStore(register, (model) => model.selectedCameras);
  const sites = useStore(register, (model) => model.selectedSites);
  const selectingAll = useStore(register, (model) => model.selectingAll);
  const [dialog, setDialog] = useState<'edit' | 'remove' | null>(null);
  const count = table === 'cameras' ? cameras.size : sites.size;
  if (selectingAll)
    return (
      <p className="bulk" role="status">
        {r('bulk.selecting')}
      </p>
    );
  if (count === 0) return null;
  const watchable = [...cameras.values()].filter(isWatchable);
  return (
    <div className="bulk" role="toolbar" aria-label={r('bulk.label')}>
      <strong>{r(`bulk.${table}`, { count, number: number(count) })}</strong>
      <Button className="button" data-small data-primary onPress={() => setDialog('edit')}>
        {r('bulk.edit')}
      </Button>
      {table === 'cameras' ? (
        <Button
          className="button"
          data-small
          isDisabled={watchable.length === 0}
          onPress={() =>
            commands.placeCameras(
              watchable.map(({ camera }) => camera.id),
              null,
            )
          }
        >
          <Icon name="wall" />
          {r('toWall')}
        </Button>
      ) : null}
      <Button className="button" data-small data-danger onPress={() => setDialog('remove')}>
        {r('bulk.remove')}
      </Button>
      <Button className="button" data-small onPress={register.selectNone}>
        {r('bulk.none')}
      </Button>
      {dialog === 'edit' ? <BulkDialog onClose={() => setDialog(null)} /> : null}
      {dialog === 'remove' ? <RemoveRowsDialog onClose={() => setDialog(null)} /> : null}
    </div>
  );
}
