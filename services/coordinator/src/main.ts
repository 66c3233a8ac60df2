/**
 * The coordinator's process: waits for the federates, runs the scenario on them, prints the report, and ends with its
 * verdict.
 */
import { constants } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { formatSeconds } from '@dragon/engine';
import {
  addressFromEnvironment,
  connectNats,
  coordinate,
  FederationError,
  keyFromEnvironment,
  publicUrl,
} from '@dragon/federation';
import {
  EXIT,
  findingsReport,
  reportFinders,
  outcomeOf,
  pageWidth,
  printableLines,
  unwritableFile,
} from '@dragon/report';
import { refusedMessage, SettingError } from '@dragon/scenarios';
import { type CoordinatorSettings, settingsFrom, variableOf } from './settings.ts';

/** How long to wait for a server: containers of one composition start in any order. */
const START_MS = 60_000;

const stop = new AbortController();
let stoppedBy: 'SIGTERM' | 'SIGINT' | undefined;
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.on(name, () => {
    stoppedBy ??= name;
    stop.abort();
  });

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  say(unwritableFile('standard output', error));
  process.exit(EXIT.unwritten);
});

try {
  const exitCode = await run(settingsFrom(process.env));
  // What could not be printed is heard of a turn later, and an exit does not wait for it.
  await setImmediate();
  process.exit(exitCode);
} catch (error) {
  const { exitCode, text } = failureOf(error);
  say(text);
  // Whatever failed after a signal failed because of it.
  process.exit(stoppedBy === undefined ? exitCode : 128 + constants.signals[stoppedBy]);
}

/** Returns the exit code. */
async function run({ run: name, request, settleMs }: CoordinatorSettings): Promise<number> {
  const plan = request.plan();
  const key = keyFromEnvironment(process.env);
  const address = addressFromEnvironment(process.env) ?? { url: 'nats://127.0.0.1:4222' };
  const link = await connectNats(address, { name: 'coordinator', retryMs: START_MS, signal: stop.signal });
  process.stdout.write(`${request.heading}: run ${name} waits for its federates at ${publicUrl(address.url)}\n`);
  const { graph, lockdep, oom, shutdown, waits, finders } = reportFinders(plan);
  const result = await coordinate(link, {
    run: name,
    key,
    plan,
    settleMs,
    finders,
    signal: stop.signal,
    history: () => graph.deadlock?.cycle.map(({ agent }) => agent) ?? [],
    onNotice: say,
  }).catch((error: unknown) => {
    const event = error instanceof FederationError ? error.fault?.event : undefined;
    const refusal = refusedMessage(plan, event?.at, error instanceof Error ? error.message : '');
    throw refusal === undefined ? error : new SettingError('fault', refusal);
  });
  // The federates have been told, and who runs us may stop us as soon as one of them is gone: print now, and leave the
  // link to exit.
  const width = pageWidth(process.stdout.columns, process.env['COLUMNS']);
  const findings = findingsReport({
    graph,
    lockdep,
    oom,
    shutdown,
    waits,
    plan,
    result,
    release: request.settings.release,
    colour: false,
    width,
  });
  const outcome = outcomeOf(result);
  const figures = [
    `Outcome: ${outcome}, at ${formatSeconds(result.endedAt)} s of virtual time`,
    `${result.events} events`,
    `digest ${result.digest}`,
    `${result.processes} ${result.processes === 1 ? 'federate' : 'federates'}, ${result.rounds} rounds`,
  ];
  process.stdout.write(`${findings === '' ? '' : `${findings}\n`}${figures.join('; ')}\n`);
  return outcome === 'completed' ? EXIT.ok : EXIT.finding;
}

/** Texts quote what others sent. */
function say(text: string): void {
  process.stderr.write(`coordinator: ${printableLines(text)}\n`);
}

function failureOf(error: unknown): { readonly exitCode: number; readonly text: string } {
  if (error instanceof SettingError)
    return { exitCode: EXIT.usage, text: `${variableOf(error.setting)}: ${error.message}` };
  if (!(error instanceof FederationError))
    return { exitCode: EXIT.bug, text: `this is a bug: ${error instanceof Error ? error.stack : String(error)}` };
  if (error.code === 'bad-key') return { exitCode: EXIT.usage, text: error.message };
  if (error.code === 'agent-fault') return { exitCode: EXIT.bug, text: `this is a bug in the model: ${error.message}` };
  return { exitCode: EXIT.operational, text: error.message };
}
