import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Region } from '../../../src/contract/evidence-schemas.ts';
import * as drafts from '../../stores/privacy/mask-draft.ts';
import { isChanged } from '../../stores/privacy/privacy-store.ts';
import { useProduct } from '../product.tsx';
import { MaskPanel } from './mask-panel.tsx';
import { MaskSurface } from './mask-surface.tsx';
import { usePrivacy } from './use-privacy.ts';

/** What the pointer does on the picture. */
export type MaskTool = 'rectangle' | 'polygon' | 'select';

/** A step of an arrow key, and with Shift, of the picture's width and height. */
const stride = 0.005;
const longStride = 0.05;

/** Drawing what is to be hidden, on the live picture of the camera. */
export function MaskEditor({ tile, cameraId }: { tile: number; cameraId: string }) {
  const { privacy, commands } = useProduct();
  const editing = usePrivacy((model) => model.editing);
  const element = useRef<HTMLDivElement>(null);
  const [tool, setTool] = useState<MaskTool>('rectangle');
  /** Points of a polygon that is not closed yet. */
  const [open, setOpen] = useState<Region>([]);
  const [asking, setAsking] = useState(false);

  useEffect(() => {
    element.current?.focus({ preventScroll: true });
    // Another camera in the tile, another page: what was drawn has no picture any more.
    return () => {
      const now = privacy.getState().editing;
      if (now?.cameraId === cameraId && now.tile === tile) privacy.leave();
    };
  }, [privacy, cameraId, tile]);

  if (!editing) return null;
  const leave = () => {
    if (!editing.wasFull) commands.toggleFull(tile);
    privacy.leave();
  };
  const close = () => {
    if (isChanged(editing) && !asking) setAsking(true);
    else leave();
  };
  const save = () => {
    void privacy.save().then((saved) => {
      if (saved && !editing.wasFull) commands.toggleFull(tile);
    });
  };
  const finish = (points: Region) => {
    setOpen([]);
    privacy.change((draft) => drafts.add(draft, points));
    setTool('select');
  };
  const choose = (next: MaskTool) => {
    setOpen([]);
    setTool(next);
  };
  const act: Readonly<Record<string, () => void>> = {
    Escape: () => (open.length > 0 ? setOpen([]) : close()),
    Enter: () => {
      if (open.length >= 3) finish(open);
    },
    Delete: () => privacy.change(drafts.removeSelected),
    Backspace: () => {
      if (open.length > 0) setOpen(open.slice(0, -1));
      else privacy.change(drafts.removeSelected);
    },
    KeyR: () => choose('rectangle'),
    KeyG: () => choose('polygon'),
    KeyV: () => choose('select'),
    KeyN: () =>
      privacy.change((draft) =>
        drafts.add(draft, drafts.rectangle({ x: 0.4, y: 0.4 }, { x: 0.6, y: 0.6 })),
      ),
    Insert: () => privacy.change(drafts.addPoint),
    KeyI: () => privacy.change(drafts.addPoint),
    Comma: () => privacy.change((draft) => drafts.selectPoint(draft, -1)),
    Period: () => privacy.change((draft) => drafts.selectPoint(draft, 1)),
  };
  const arrows: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { code, shiftKey } = event;
    const typing = (event.target as Element).closest('input') !== null;
    const onButton = (event.target as Element).closest('button') !== null;
    if (event.ctrlKey || event.metaKey) {
      if (code === 'KeyS') save();
      else if (typing) return;
      else if (code === 'KeyZ') privacy.change(shiftKey ? drafts.redo : drafts.undo);
      else if (code === 'KeyY') privacy.change(drafts.redo);
      else return;
      event.preventDefault();
      return;
    }
    if (event.altKey || (typing && code !== 'Escape') || (onButton && code === 'Enter')) return;
    const [dx, dy] = arrows[code] ?? [0, 0];
    if (dx !== 0 || dy !== 0) {
      const by = shiftKey ? longStride : stride;
      privacy.change((draft) => drafts.moveSelected(draft, dx * by, dy * by));
    } else if (act[code]) act[code]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={element}
      className="mask-editor"
      role="dialog"
      aria-labelledby="mask-editor-title"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <MaskSurface
        draft={editing.draft}
        tool={tool}
        open={open}
        setOpen={setOpen}
        finish={finish}
      />
      <MaskPanel
        editing={editing}
        tool={tool}
        choose={choose}
        asking={asking}
        drop={leave}
        goOn={() => setAsking(false)}
        close={close}
        save={save}
      />
    </div>
  );
}
