/**
 * The process of a coordinator: runs what the command tells it to, and hands on to it what comes of it. It ends when
 * the command does, however that ends.
 */
import {
  type CoordinateOptions,
  connectNats,
  coordinate,
  dealAgents,
  type FederatedResult,
  FederationError,
} from '@dragon/federation';
import { EXIT, reportFinders } from '@dragon/report';
import { errorToData } from '../many-runs/error-data.ts';
import type { CoordinatorTask, FromCoordinator, RunOver, ToCoordinator } from './coordinator-messages.ts';
import { OutputSender } from './output-sender.ts';

/** How often the command hears that we are there, in milliseconds. */
const ALIVE_MS = 500;
const SERVER_MS = 15_000;

const send = (message: FromCoordinator) => void process.send?.(message);
const outputs = new OutputSender(send);
const stop = new AbortController();
const gone: (readonly [federate: string, why: string])[] = [];
let lost = (federate: string, why: string): void => void gone.push([federate, why]);

// A Ctrl-C in the terminal reaches everybody; what it means is for the command to say.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(EXIT.ok));
process.on('message', (message: ToCoordinator) => {
  switch (message.kind) {
    case 'run':
      void runTask(message.task);
      return;
    case 'arrived':
      outputs.arrived(message.count);
      return;
    case 'lost':
      lost(message.federate, message.why);
      return;
    case 'stop':
      stop.abort(new FederationError('aborted', message.why));
  }
});

async function runTask(task: CoordinatorTask): Promise<never> {
  send({ kind: 'alive' });
  setInterval(() => send({ kind: 'alive' }), ALIVE_MS);
  try {
    await runHere(task);
    process.exit(EXIT.ok);
  } catch (error) {
    process.send?.({ kind: 'failed', error: errorToData(error) } satisfies FromCoordinator, undefined, undefined, () =>
      process.exit(EXIT.operational),
    );
    return new Promise(() => undefined);
  }
}

async function runHere({ address, recovers, awaitsFederates, hosts, wanted, ...task }: CoordinatorTask): Promise<void> {
  // A server of our own may be on its way back.
  const retryMs = recovers ? SERVER_MS : 0;
  const link = await connectNats(address, { name: 'dragon coordinator', retryMs, signal: stop.signal });
  stop.signal.throwIfAborted();
  const store = recovers ? await link.openStore(task.run) : undefined;
  const { graph, finders } = reportFinders(task.plan);
  const history = () => graph.deadlock?.cycle.map(({ agent }) => agent) ?? [];
  const runOver = ({ history: rowsOf, ...result }: FederatedResult): RunOver => ({
    result,
    histories: history().map((agent) => [agent, rowsOf(agent)]),
    finders: finders.map((finder) => finder.save?.() ?? null),
  });
  await coordinate(link, {
    ...task,
    ...outletsOf(wanted),
    finders,
    history,
    recovery: store && {
      store,
      replace: (federate) => {
        send({ kind: 'silent', federate });
        return true;
      },
      awaitsFederates,
      handedOver: () => outputs.handedOver(),
      resume: (handedOn) => send({ kind: 'resumes', handedOn }),
    },
    signal: stop.signal,
    placement: (agents, applicants) => {
      send({ kind: 'placing' });
      return hosts ?? dealAgents(agents, applicants);
    },
    keepUp: () => outputs.keepUp(),
    onResult: (result) => outputs.deliver({ kind: 'over', over: runOver(result) }),
    onHello: (federate) => send({ kind: 'come', federate }),
    onNotice: (text) => send({ kind: 'notice', text }),
    onProgress: ({ at, events }) => send({ kind: 'progress', at, events }),
    watchLost: (listener) => {
      lost = listener;
      for (const each of gone) listener(...each);
    },
  });
}

function outletsOf(
  wanted: CoordinatorTask['wanted'],
): Pick<CoordinateOptions, 'onRow' | 'onTrace' | 'onFacts' | 'onCensus' | 'onVerdict'> {
  return {
    onRow: wanted.includes('rows') ? (row) => outputs.add(['rows', row]) : undefined,
    onTrace: wanted.includes('hits') ? (hit) => outputs.add(['hits', hit]) : undefined,
    onFacts: wanted.includes('changes') ? (change) => outputs.add(['changes', change]) : undefined,
    onVerdict: wanted.includes('verdicts') ? (verdict) => outputs.add(['verdicts', verdict]) : undefined,
    onCensus: wanted.includes('samples') ? (sample) => outputs.add(['samples', sample]) : undefined,
  };
}
