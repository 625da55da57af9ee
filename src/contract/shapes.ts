import * as z from 'zod/mini';
import { causeCodes } from './cause.ts';

/** The small shapes that every file of schemas is made of. */
export const text = (max: number) => z.string().check(z.maxLength(max));
/** Unix milliseconds. */
export const time = z.number();
/** A day as `2021-06-25`: whatever is not one is refused, so that days sort and compare as text. */
export const day = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/));
export const wholeNumber = (min: number, max: number) => z.int().check(z.gte(min), z.lte(max));

export const cause = z.object({
  code: z.enum(causeCodes),
  params: z.optional(z.record(text(64), z.union([text(500), z.number()]))),
});

export const quality = z.enum(['main', 'sub']);
export const cameraId = text(200);

/** The six placement areas of the national guidance, and what is not placed yet. */
export const placements = ['corridor', 'lobby', 'yard', 'wash-outside', 'gate', 'other'] as const;
