/** The reading of what was stored: as its schema has it, or what is wrong with it. Never throws. */
import type * as z from 'zod';
import { errorText } from './federation-error.ts';

export type Read<T> = { readonly value: T } | { readonly problem: string };

/** `unpacked` makes data of what was stored, or throws. */
export function readAs<T>(schema: z.ZodType<T>, unpacked: () => unknown): Read<T> {
  try {
    const { data, error } = schema.safeParse(unpacked());
    const [issue] = error?.issues ?? [];
    return issue === undefined
      ? { value: data as T }
      : { problem: `${issue.path.map(String).join('.')}: ${issue.message}` };
  } catch (error) {
    // What is looked at comes from anywhere.
    return { problem: errorText(error) };
  }
}
