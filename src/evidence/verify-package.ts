import { checkPackage } from '../evidence-format/check-package.ts';
import { Fault } from '../std/fault.ts';
import { openFileSource } from './file-source.ts';
import { nodePrimitives } from './node-primitives.ts';
import type { VerifyPackage } from './package.types.ts';

export const verifyPackage: VerifyPackage = async (path, options = {}) => {
  const source = await openFileSource(path);
  try {
    const { result } = await checkPackage(source, {
      primitives: nodePrimitives,
      publicKey: options.publicKey ?? null,
      password: options.password ?? null,
      onProgress(done, total) {
        if (options.signal?.aborted) throw new Fault('input.cancelled', 'cancelled');
        options.onProgress?.(done, total);
      },
    });
    return result;
  } finally {
    await source.close();
  }
};
