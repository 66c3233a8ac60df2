/** The crew of a command of many runs: hosts that have joined at its server, and make runs beside its own threads. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addressFromEnvironment,
  connectNats,
  FederationError,
  HostRoll,
  type NatsLink,
  publicUrl,
  WorkHandout,
  type WorkQueue,
} from '@dragon/federation';
import { bundledPrograms } from '../bundle/bundled-programs.ts';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../failure.ts';
import { hostProgram } from '../join/host-program.ts';
import { expectNatsUrl, hostsKey, natsEnvironment, type NatsOptions } from '../nats-url.ts';
import { counted } from '../run/run-output.ts';

/** How long a host may take to answer until it counts as one that comes later. */
const ANSWER_MS = 300;

export interface Crew {
  readonly handout: Pick<WorkHandout, 'room' | 'listen' | 'give' | 'forget'>;
  /** Tells hosts that it is over, and leaves nothing at the server. */
  close(): Promise<void>;
}

/** Throws what is shown as bad usage, before anything is begun. */
export function expectCrewOptions({ nats, natsCreds }: NatsOptions, env: CommandContext['env']): void {
  expectNatsUrl(nats);
  if (nats !== undefined) hostsKey(env);
  else if (natsCreds !== undefined) throw new UsageError('--nats-creds is for hosts at a NATS server: add --nats');
}

/**
 * Calls the hosts at the server of `--nats`, and says in a line who is there; undefined without `--nats`. Throws
 * `no-server` if nobody answers there, or if it has no JetStream, and `denied` if it does not let us hand out work.
 */
export async function openCrew(options: NatsOptions, { env, terminal }: CommandContext): Promise<Crew | undefined> {
  const address = options.nats === undefined ? undefined : addressFromEnvironment(natsEnvironment(options, env));
  if (address === undefined) return undefined;
  const key = hostsKey(env);
  const program = hostProgram(await bundledPrograms());
  const onNotice = (text: string) => terminal.note(`dragon: ${text}`);
  const link = await connectNats(address, { name: 'dragon work' });
  const denied = new Set<string>();
  let isOpen = false;
  link.onTrouble(({ kind, text }) => {
    if (kind !== 'denied') onNotice(kind === 'lost' ? `${text}: going on alone` : text);
    else if (isOpen && !denied.has(text)) onNotice(text);
    if (kind === 'denied') denied.add(text);
  });
  const roll = new HostRoll(link, { key, program, onNotice, hasWork: true });
  let queue: WorkQueue | undefined;
  const close = async () => {
    roll.close();
    // A server that is gone has taken the queue along, or a host removes it.
    await queue?.remove().catch(() => undefined);
    await link.close();
  };
  try {
    queue = await openQueue(link, roll);
    await sleep(ANSWER_MS);
    expectAllowed(denied);
  } catch (error) {
    // With its answer the server has said what it does not allow, and that tells more than what came of it.
    await link.flush().catch(() => undefined);
    await close();
    expectAllowed(denied);
    throw error;
  }
  isOpen = true;
  onNotice(whoIsThere(roll, publicUrl(address.url)));
  roll.onCome(({ name, capacity }) =>
    onNotice(`host ${name} helps, with room for ${counted(capacity, 'run', 'runs')}`),
  );
  roll.onGone(({ name }, why) => onNotice(`host ${name} ${why}: what it had is made by others`));
  return { handout: new WorkHandout({ key, link, roll, queue }), close };
}

function expectAllowed(denied: ReadonlySet<string>): void {
  for (const text of denied) throw new FederationError('denied', text);
}

async function openQueue(link: NatsLink, roll: HostRoll) {
  try {
    return await link.openWorkQueue(roll.caller);
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    throw new FederationError('no-server', `${error.message}; start it with JetStream (nats-server -js)`);
  }
}

function whoIsThere({ hosts }: HostRoll, url: string): string {
  if (hosts.length === 0)
    return `no host with this DRAGON_RUN_KEY has joined at ${url}: making the runs alone, until one does`;
  const room = hosts.reduce((sum, { capacity }) => sum + capacity, 0);
  const names = hosts.map(({ name }) => name).sort();
  return `with ${counted(names.length, 'host', 'hosts')} at ${url}, which have room for ${counted(room, 'run', 'runs')}: ${names.join(', ')}`;
}
