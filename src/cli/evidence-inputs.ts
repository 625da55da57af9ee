import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import * as z from 'zod/mini';
import { type CaptureFacts, factsSuffix } from '../evidence/capture.types.ts';
import type { PackageInput } from '../evidence/package.types.ts';
import { captureFacts } from '../evidence-format/manifest.ts';
import { Fault } from '../std/fault.ts';

const maxFacts = 1024 * 1024;

/**
 * The files that were named, and all files below folders that were named, each with the facts that lie
 * beside it. Hidden files and unfinished ones stay out.
 * @throws {Fault} `evidence.source`, `input.value` for facts that are none
 */
export async function evidenceInputs(paths: readonly string[]): Promise<PackageInput[]> {
  const inputs: PackageInput[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((error) => {
      throw new Fault('evidence.source', error.message, { file: path });
    });
    if (!found.isDirectory()) inputs.push(await inputOf(path, basename(path)));
    else
      for (const file of await filesBelow(path))
        inputs.push(await inputOf(file, nameIn(path, file)));
  }
  return inputs;
}

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || /\.(?:part|vgp\.zip)$/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    // Links are not followed: they may lead anywhere.
    if (entry.isDirectory()) files.push(...(await filesBelow(path)));
    else if (entry.isFile() && !entry.name.endsWith(factsSuffix)) files.push(path);
  }
  return files;
}

/** `phòng 1/a.png` becomes `phòng 1 - a.png`. */
function nameIn(folder: string, file: string): string {
  return relative(folder, file).split(sep).join(' - ');
}

async function inputOf(path: string, name: string): Promise<PackageInput> {
  return { path, name, facts: await factsOf(path) };
}

async function factsOf(path: string): Promise<CaptureFacts | null> {
  const file = `${path}${factsSuffix}`;
  const found = await stat(file).catch(() => null);
  if (!found) return null;
  const wrong = () =>
    new Fault('input.value', 'not the facts of a capture', { field: basename(file) });
  if (found.size > maxFacts) throw wrong();
  try {
    const parsed = z.safeParse(captureFacts, JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // Said below.
  }
  throw wrong();
}
