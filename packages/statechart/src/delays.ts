/**
 * The delays that a machine names in its `setup`. XState insists that a delay is a number: a code stands for what was
 * named between a machine and its adapter, and is seen nowhere else.
 */
import type { NamedDelay } from '@dragon/engine';

const CODES_PER_NAME = 1_048_576;
/** By name; each kind has its own, so that no key need be put together when a delay is named. */
const [plain, pausable, background] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];

/** What was named, in the order of the codes, and the delays made of it for small counts: most are asked for again. */
const named: { readonly delay: Omit<NamedDelay, 'times'>; readonly known: NamedDelay[] }[] = [];
const COUNTS_KEPT = 64;

/** Returns the delay called `name` in the latency model, `times` over: time that passes in any case. */
export function delay(name: string, times = 1): number {
  return encode(plain, name, times);
}

/** Returns the same as time that stands still while the agent's timers are paused. */
export function pausableDelay(name: string, times = 1): number {
  return encode(pausable, name, times);
}

/** Returns the same as time of something that goes on in the background, and that nobody waits for. */
export function backgroundDelay(name: string, times = 1): number {
  return encode(background, name, times);
}

function encode(codes: Map<string, number>, name: string, times: number): number {
  if (!Number.isInteger(times) || times < 0 || times >= CODES_PER_NAME)
    throw new Error(`delay ${name} times ${times}: not a count below ${CODES_PER_NAME}`);
  let code = codes.get(name);
  if (code === undefined) {
    code = named.push({ delay: { name, pausable: codes === pausable, background: codes === background }, known: [] });
    codes.set(name, code);
  }
  return code * CODES_PER_NAME + times;
}

/** Returns what `delay`, `pausableDelay` or `backgroundDelay` was given. */
export function namedDelay(code: number): NamedDelay {
  const index = Math.floor(code / CODES_PER_NAME);
  const entry = named[index - 1];
  if (entry === undefined) throw new Error(`${code} is not a delay: name it with delay('name') in the machine's setup`);
  const times = code - index * CODES_PER_NAME;
  const known = entry.known[times];
  if (known !== undefined) return known;
  const { delay: asked } = entry;
  const made = { name: asked.name, times, pausable: asked.pausable, background: asked.background };
  if (times < COUNTS_KEPT) entry.known[times] = made;
  return made;
}
