import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { EvidenceItem, Region } from '../../../src/contract/evidence-schemas.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Chips, TextBox } from '../manage/fields.tsx';
import { LoadingNote } from '../manage/notes.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { isVideo, usePage } from './evidence-words.ts';
import { RegionsEditor } from './regions-editor.tsx';
import type { WholeFile } from './use-whole-file.ts';

/** Regions that are made unreadable in a copy; the original stays as it is. */
export function RegionsDialog(props: { item: EvidenceItem; file: WholeFile; onClose: () => void }) {
  const { item, file, onClose } = props;
  const { shelf } = useProduct();
  const { t } = useWords();
  const e = useTexts('evidence');
  const p = usePage();
  const [regions, setRegions] = useState<readonly Region[]>([]);
  const [how, setHow] = useState<'blur' | 'mask'>('mask');
  const [note, setNote] = useState('');
  const { busy, cause, run } = useTry();
  return (
    <RoomDialog wide title={p('copy.title')} onClose={onClose}>
      <div className="form">
        <p className="dim">{p('copy.text')}</p>
        {file.url ? (
          <RegionsEditor
            regions={regions}
            onChange={setRegions}
            width={item.width}
            height={item.height}
          >
            {isVideo(item) ? (
              <video src={file.url} muted preload="auto" />
            ) : (
              <img src={file.url} alt={item.cameraName} draggable={false} />
            )}
          </RegionsEditor>
        ) : (
          <LoadingNote />
        )}
        <div className="tools-line">
          <Chips
            label={p('copy.how')}
            value={how}
            options={[
              { value: 'mask', text: e('how.mask') },
              { value: 'blur', text: e('how.blur') },
            ]}
            onChange={(value) => value && setHow(value)}
          />
          <span className="dim">{p(`copy.${how}Text`)}</span>
        </div>
        <TextBox
          label={p('copy.note')}
          value={note}
          max={1000}
          placeholder={p('copy.noteExample')}
          onChange={setNote}
        />
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            data-primary
            isDisabled={busy || regions.length === 0}
            onPress={() =>
              void run(() => shelf.copy(item.id, regions, how, note)).then(
                (done) => done && onClose(),
              )
            }
          >
            {p('copy.make', { count: regions.length })}
          </Button>
        </div>
      </div>
    </RoomDialog>
  );
}
