/** `dragon join`: this machine as a host of other machines' runs, until Ctrl-C. */
import { availableParallelism, hostname } from 'node:os';
import {
  addressFromEnvironment,
  connectNats,
  FederationError,
  HostService,
  launchFederates,
  type NatsAddress,
  publicUrl,
  type StartedFederate,
} from '@dragon/federation';
import { bundledPrograms, commandLine } from '../bundle/bundled-programs.ts';
import type { CommandContext } from '../command-context.ts';
import { OperationalError, UsageError } from '../failure.ts';
import { expectNatsUrl, hostsKey, natsEnvironment, type NatsOptions } from '../nats-url.ts';
import { ROOT } from '../project-paths.ts';
import { counted } from '../run/run-output.ts';
import { hostProgram } from './host-program.ts';
import { RunThreads } from './run-threads.ts';

/** The options as commander hands them over. */
export interface JoinOptions extends NatsOptions {
  readonly name?: string;
  readonly capacity?: number;
}

const LINE_MS = 200;
/** A host waits for a server that is away, as long as a timer of Node can: 24 days. */
const PATIENCE_MS = 2 ** 31 - 1;

/** Serves until Ctrl-C, which rejects, or until the server is lost for good. */
export async function joinCommand(options: JoinOptions, context: CommandContext): Promise<number> {
  const { terminal, signal } = context;
  expectNatsUrl(options.nats);
  const env = natsEnvironment(options, context.env);
  const address = addressFromEnvironment(env);
  if (address === undefined) throw new UsageError('name the NATS server at which hosts and runs meet, with --nats');
  const key = hostsKey(env);
  const { name = ownName(), capacity = availableParallelism() } = options;
  const programNamed = await bundledPrograms();
  const argv = commandLine(programNamed('host-main'));
  const link = await connectNats(address, { name: `dragon host ${name}`, reconnectMs: PATIENCE_MS, signal });
  const ended = new AbortController();
  link.onTrouble(({ kind, text }) => {
    if (kind === 'lost') ended.abort(new OperationalError(text));
    else if (kind === 'denied') ended.abort(new FederationError('denied', text));
    else terminal.note(`dragon: ${text}`);
  });
  const threads = new RunThreads(programNamed('run-worker'));
  const service = new HostService(link, {
    key,
    name,
    capacity,
    program: hostProgram(programNamed),
    startFederate: (run, federate) => startFederate({ run, key, address, argv, federate }),
    openWork: (caller) => link.openWorkSource(caller),
    perform: (order, left) => threads.make(order, left),
    onNotice: (text) => terminal.note(`dragon: ${text}`),
  });
  await link.flush();
  const where = `${name} at ${publicUrl(address.url)}`;
  terminal.note(`dragon: joined as ${where}, with room for ${counted(capacity, 'process', 'processes')}`);
  const line = setInterval(() => terminal.live(`${where}   ${standing(service, capacity)}`), LINE_MS);
  try {
    await new Promise<never>((_, reject) => {
      for (const each of [signal, ended.signal]) {
        if (each.aborted) reject(each.reason as Error);
        each.addEventListener('abort', () => reject(each.reason as Error), { once: true });
      }
    });
    throw new Error('nobody stopped it');
  } finally {
    clearInterval(line);
    terminal.still();
    const { made } = service.standing;
    if (made > 0) terminal.note(`dragon: ${counted(made, 'run was', 'runs were')} made for others`);
    await service.close();
    await threads.close();
    await link.flush().catch(() => undefined);
    await link.close();
  }
}

/** `3 of 4 places taken, 1 by a part of a run; 137 runs made` */
function standing({ standing: { federates, making, made } }: HostService, capacity: number): string {
  const parts = federates === 0 ? '' : `, ${federates} by ${federates === 1 ? 'a part of a run' : 'parts of runs'}`;
  return `${federates + making} of ${capacity} places taken${parts}; ${counted(made, 'run', 'runs')} made`;
}

interface Started {
  readonly run: string;
  readonly key: string;
  readonly address: NatsAddress;
  readonly argv: ReturnType<typeof commandLine>;
  readonly federate: string;
}

/** The key of the run is ours, and reaches the process in its environment. */
function startFederate({ federate, argv, ...launch }: Started): StartedFederate {
  const launched = launchFederates({ ...launch, commands: [{ name: federate, argv }], cwd: ROOT });
  return {
    ended: new Promise((resolve) => launched.watchLost((_, why) => resolve(why))),
    stop: () => launched.stop(),
  };
}

/** What a name may have is what a subject may. */
const ownName = () =>
  hostname()
    .replaceAll(/[^\w-]/g, '-')
    .slice(0, 64) || 'host';
