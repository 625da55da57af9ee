import * as z from 'zod/mini';
import { cause } from './schemas.ts';

/** What stands around calls and events on the control wire, as JSON text. */
export const envelope = z.discriminatedUnion('t', [
  z.object({ t: z.literal('call'), id: z.number(), name: z.string(), params: z.unknown() }),
  z.object({ t: z.literal('ok'), id: z.number(), result: z.unknown() }),
  z.object({ t: z.literal('failed'), id: z.number(), cause }),
  z.object({ t: z.literal('event'), name: z.string(), value: z.unknown() }),
]);

export type Envelope = z.infer<typeof envelope>;

/** A control message longer than this is hostile or a mistake; 10,000 cameras take about 3 MB. */
export const maxControlBytes = 16 * 1024 * 1024;
