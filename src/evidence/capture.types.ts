/**
 * What is known of a picture or clip when it is taken. Shapes and units: src/evidence-format/manifest.ts.
 * Beside a file on the disk the facts lie as JSON in `<file name>.facts.json`, where `vonggac package`
 * finds them.
 */
export type { Alteration, CaptureFacts, FileKind } from '../evidence-format/manifest.ts';

/** Ending of the file with the facts of a capture, after the whole name of the captured file. */
export const factsSuffix = '.facts.json';
