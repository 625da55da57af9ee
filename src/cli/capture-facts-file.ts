import { rm } from 'node:fs/promises';
import { AsideFile } from '../clips/clip-file.ts';
import { type CaptureFacts, factsSuffix } from '../evidence/capture.types.ts';

/**
 * Writes the facts of a capture beside it, where `vonggac package` finds them. Null: those of a capture
 * that was there before go, because they tell of another picture.
 * @throws {Fault} `file.full`, `file.failed`
 */
export async function writeFactsBeside(capture: string, facts: CaptureFacts | null): Promise<void> {
  const path = `${capture}${factsSuffix}`;
  if (!facts) {
    await rm(path, { force: true });
    return;
  }
  const file = new AsideFile(path);
  try {
    await file.open();
    await file.write(Buffer.from(`${JSON.stringify(facts, null, 2)}\n`), 0);
    await file.sync();
    await file.publish();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
