import { useStore } from 'zustand';
import type { PtzState, PtzView } from '../../../src/contract/ptz-schemas.ts';
import type { HandModel } from '../../stores/ptz/hand.ts';
import type { PtzModel, SteerBlock } from '../../stores/ptz/ptz-store.ts';
import { useProduct } from '../product.tsx';
import { isOffered } from './steer-gate.ts';

export function usePtz<T>(select: (model: PtzModel) => T): T {
  return useStore(useProduct().ptz, select);
}

export function useHand<T>(select: (model: HandModel) => T): T {
  return useStore(useProduct().ptz.hand, select);
}

export function usePtzState(cameraId: string | null): PtzState | undefined {
  return usePtz((model) => (cameraId === null ? undefined : model.states.get(cameraId)));
}

/** What the steered camera can do; undefined until the core told it. */
export function useSteered(): PtzView | undefined {
  return usePtz((model) => (model.mode ? model.views.get(model.mode.cameraId) : undefined));
}

/** Whether steering is worth offering to who is at the keyboard. */
export function useSteeringOffered(): boolean {
  return useStore(useProduct().operators, isOffered);
}

/** Drawn again whenever the answer changes. */
export function useSteerBlock(): SteerBlock | null {
  const { ptz } = useProduct();
  return usePtz(() => ptz.blocked());
}
