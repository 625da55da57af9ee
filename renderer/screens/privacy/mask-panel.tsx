import { Button } from 'react-aria-components';
import * as drafts from '../../stores/privacy/mask-draft.ts';
import { isChanged, type MaskEditing } from '../../stores/privacy/privacy-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { useCameras, useProduct, useTexts } from '../product.tsx';
import type { MaskTool } from './mask-editor.tsx';

const tools: readonly { readonly id: MaskTool; readonly key: string }[] = [
  { id: 'rectangle', key: 'R' },
  { id: 'polygon', key: 'G' },
  { id: 'select', key: 'V' },
];

interface Props {
  readonly editing: MaskEditing;
  readonly tool: MaskTool;
  readonly choose: (tool: MaskTool) => void;
  /** Whether to drop what was drawn. */
  readonly asking: boolean;
  readonly drop: () => void;
  readonly goOn: () => void;
  readonly close: () => void;
  readonly save: () => void;
}

/** Tools, the list of what is hidden with a note to each, and the way out. */
export function MaskPanel(props: Props) {
  const { editing, tool, choose, asking, drop, goOn, close, save } = props;
  const { privacy } = useProduct();
  const p = useTexts('privacy');
  const name = useCameras((model) => model.byId.get(editing.cameraId)?.name ?? '');
  const { draft } = editing;
  const changed = isChanged(editing);
  return (
    <aside className="mask-panel">
      <h2 id="mask-editor-title">{p('title')}</h2>
      <p className="mask-camera">{name}</p>
      {/* biome-ignore lint/a11y/useSemanticElements: three toggles, not a form */}
      <div className="chips" role="group" aria-label={p('tools')}>
        {tools.map(({ id, key }) => (
          <button
            key={id}
            type="button"
            className="chip"
            aria-pressed={tool === id}
            onClick={() => choose(id)}
          >
            {p(`tool.${id}`)} <kbd>{key}</kbd>
          </button>
        ))}
      </div>
      <p className="dim">{p(`help.${tool}`)}</p>
      {draft.masks.length === 0 ? <p className="mask-none">{p('none')}</p> : null}
      <ol className="mask-list">
        {draft.masks.map((mask, index) => (
          <li key={mask.id} data-selected={draft.selected?.id === mask.id || undefined}>
            <button
              type="button"
              className="mask-name"
              aria-pressed={draft.selected?.id === mask.id}
              onClick={() => {
                choose('select');
                privacy.change((now) => ({ ...now, selected: { id: mask.id, point: null } }));
              }}
            >
              {p('mask', { number: index + 1, points: mask.points.length })}
            </button>
            <button
              type="button"
              className="mask-remove"
              onClick={() =>
                privacy.change((now) =>
                  drafts.removeSelected({ ...now, selected: { id: mask.id, point: null } }),
                )
              }
            >
              {p('remove')}
            </button>
            <input
              aria-label={p('noteOf', { number: index + 1 })}
              placeholder={p('note')}
              maxLength={200}
              value={mask.note}
              onChange={(event) => {
                const note = event.target.value;
                // Every letter would be a step to take back: a note is none.
                privacy.change((now) => ({
                  ...now,
                  masks: now.masks.map((one) => (one.id === mask.id ? { ...one, note } : one)),
                }));
              }}
            />
          </li>
        ))}
      </ol>
      <div className="mask-buttons">
        <Button
          className="button"
          data-small
          isDisabled={draft.past.length === 0}
          onPress={() => privacy.change(drafts.undo)}
        >
          {p('undo')}
        </Button>
        <Button
          className="button"
          data-small
          isDisabled={draft.future.length === 0}
          onPress={() => privacy.change(drafts.redo)}
        >
          {p('redo')}
        </Button>
        <Button
          className="button"
          data-small
          isDisabled={draft.selected === null}
          onPress={() => privacy.change(drafts.addPoint)}
        >
          {p('addPoint')}
        </Button>
      </div>
      <p className="dim mask-keys">{p('keys')}</p>
      <CauseNote cause={editing.cause} />
      {asking ? (
        <div className="mask-ask" role="alert">
          <p>{p('drop.text')}</p>
          <div className="mask-buttons">
            <Button className="button" data-small onPress={goOn} autoFocus>
              {p('drop.goOn')}
            </Button>
            <Button className="button" data-small data-danger onPress={drop}>
              {p('drop.drop')}
            </Button>
          </div>
        </div>
      ) : (
        <div className="buttons">
          <Button className="button" onPress={close}>
            {p('close')}
          </Button>
          <Button
            className="button"
            data-primary
            isDisabled={!changed || editing.busy}
            onPress={save}
          >
            {p('save')}
          </Button>
        </div>
      )}
    </aside>
  );
}
