import {
  draggable,
  dropTargetForElements,
} from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { pointerOutsideOfPreview } from '@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview';
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview';
import type { Dispose } from '../../src/std/disposable.ts';
import type { RegisterNode } from './commands.ts';

/** What is carried over the wall: cameras, a node of the register, or the picture of a tile. */
export type Carried =
  | { readonly kind: 'camera'; readonly cameraId: string }
  | { readonly kind: 'cameras'; readonly cameraIds: readonly string[] }
  | { readonly kind: 'node'; readonly node: RegisterNode }
  | { readonly kind: 'tile'; readonly tile: number };

function carriedOf(data: Record<string | symbol, unknown>): Carried | null {
  if (data['kind'] === 'camera' && typeof data['cameraId'] === 'string') {
    return { kind: 'camera', cameraId: data['cameraId'] };
  }
  if (data['kind'] === 'cameras' && Array.isArray(data['cameraIds'])) {
    return { kind: 'cameras', cameraIds: data['cameraIds'] };
  }
  if (data['kind'] === 'node' && data['node']) {
    return { kind: 'node', node: data['node'] as RegisterNode };
  }
  if (data['kind'] === 'tile' && typeof data['tile'] === 'number') {
    return { kind: 'tile', tile: data['tile'] };
  }
  return null;
}

/** Lets `element` be dragged; what moves with the pointer is a small label, not a copy of a video. */
export function dragSource(
  element: HTMLElement,
  /** Asked when the drag begins. */
  carried: Carried | (() => Carried),
  label: string | (() => string),
  onDragging: (dragging: boolean) => void = () => {},
): Dispose {
  return draggable({
    element,
    getInitialData: () => ({ ...(typeof carried === 'function' ? carried() : carried) }),
    onGenerateDragPreview: ({ nativeSetDragImage }) =>
      setCustomNativeDragPreview({
        nativeSetDragImage,
        getOffset: pointerOutsideOfPreview({ x: '12px', y: '8px' }),
        render: ({ container }) => {
          const preview = document.createElement('div');
          preview.className = 'drag-preview';
          preview.textContent = typeof label === 'function' ? label() : label;
          container.append(preview);
        },
      }),
    onDragStart: () => onDragging(true),
    onDrop: () => onDragging(false),
  });
}

export function dropTarget(
  element: HTMLElement,
  tile: number,
  onOver: (over: boolean) => void,
  onDrop: (carried: Carried) => void,
): Dispose {
  return dropTargetForElements({
    element,
    getData: () => ({ tile }),
    canDrop: ({ source }) => {
      const carried = carriedOf(source.data);
      return carried !== null && !(carried.kind === 'tile' && carried.tile === tile);
    },
    onDragEnter: () => onOver(true),
    onDragLeave: () => onOver(false),
    onDrop: ({ source }) => {
      onOver(false);
      const carried = carriedOf(source.data);
      if (carried) onDrop(carried);
    },
  });
}
