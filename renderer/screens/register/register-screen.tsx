import { useEffect } from 'react';
import { useStore } from 'zustand';
import { knownOf } from '../../stores/workplace/asked.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { EmptyNote } from '../manage/notes.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { StartChoices } from '../start/start-dialog.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { CameraTable } from './camera-table.tsx';
import { CardPanel } from './card-panel.tsx';
import { RegisterTools } from './register-tools.tsx';
import { RegisterTreePanel } from './register-tree.tsx';
import { SiteTable } from './site-table.tsx';
import { UndoLine } from './undo-line.tsx';

/** The register of sites and cameras: tree, table, card. */
export function RegisterScreen() {
  const { register } = useProduct();
  const r = useTexts('register');
  useEffect(() => register.watch(), [register]);
  const table = useStore(register, (model) => model.table);
  const trouble = useStore(register, (model) => model.trouble);
  const nothing = useStore(register, ({ tree }) => {
    const known = knownOf(tree);
    return known !== null && known.sites.length === 0;
  });
  const card = useStore(register.card, (model) => model.of !== null);
  return (
    <div className="room" data-register>
      <RegisterTreePanel />
      <section className="room-main" aria-label={r('title')}>
        <RegisterTools />
        <UndoLine />
        <CauseNote cause={trouble} />
        {nothing && !card ? (
          <div className="room-scroll">
            <EmptyNote icon="sites" title={r('empty.title')} text={r('empty.text')} />
            <StartChoices />
          </div>
        ) : (
          <>
            {table === 'cameras' ? <CameraTable /> : <SiteTable />}
            <BulkBar />
          </>
        )}
      </section>
      {card ? <CardPanel /> : null}
    </div>
  );
}
