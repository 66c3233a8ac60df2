/** The other side of a `Contestant`: reads orders, works, and says how much CPU time that took. */
import { createInterface } from 'node:readline';
import type { Json } from '@dragon/engine';

/** Answers each line of JSON on standard input with one on standard output, until there are no more. */
export async function takeTurns(work: (order: Json) => unknown): Promise<void> {
  for await (const line of createInterface({ input: process.stdin }))
    process.stdout.write(`${JSON.stringify(await work(JSON.parse(line) as Json))}\n`);
}

/** Returns the seconds of CPU that `work` took in this process, all its threads together. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}
