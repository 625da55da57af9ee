import type { Core } from '../../wire/core.types.ts';
import type { Velocity } from './velocity.ts';

/** For a camera that cannot be moved by speed: one step after the other while the hand pushes. */
export interface Steps {
  /** The first step, or another direction for the next one. */
  go(cameraId: string, speeds: Velocity): Promise<void>;
  /** The next step, unless one is still under way. Always true: a step needs no renewal. */
  next(cameraId: string): Promise<boolean>;
}

export function createSteps(core: Core): Steps {
  let wanted: Velocity | null = null;
  let busy = false;
  const step = async (cameraId: string) => {
    if (busy || !wanted) return;
    busy = true;
    try {
      await core.call('ptz.step', { cameraId, ...wanted });
    } finally {
      busy = false;
    }
  };
  return {
    go(cameraId, speeds) {
      wanted = speeds;
      return step(cameraId);
    },
    async next(cameraId) {
      await step(cameraId);
      return true;
    },
  };
}
