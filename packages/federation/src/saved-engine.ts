/** The schema of an engine that was saved: what must be so before it goes on. */
import { type EngineSnapshot, isJson, type Json } from '@dragon/engine';
import * as z from 'zod';
import { PARTS } from './frame.ts';
import { type Read, readAs } from './read-saved.ts';

const { agentId, count, event, message } = PARTS;
const int = z.int();
const isAnyJson = z.custom<Json>(isJson);

/** Of an agent's state its definition alone knows what it may be. */
const ENGINE_SNAPSHOT: z.ZodType<EngineSnapshot> = z.strictObject({
  now: count,
  agents: z.array(
    z.strictObject({
      id: agentId,
      state: isAnyJson,
      stream: z.tuple([int, int, int, int]),
      pausable: z.array(z.string()),
      stopped: z.array(z.strictObject({ timer: z.string(), left: count, message })),
      paused: z.boolean(),
      seq: count,
      chain: z.tuple([int, int, count]),
      crashed: z.literal(true).optional(),
      floors: z.array(z.tuple([count, count])).optional(),
    }),
  ),
  events: z.array(event),
});

/** Returns an engine that was stored as text, or what is wrong with it. */
export function readSnapshot(text: string): Read<EngineSnapshot> {
  return readAs(ENGINE_SNAPSHOT, () => JSON.parse(text) as unknown);
}
