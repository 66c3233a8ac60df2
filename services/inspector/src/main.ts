/**
 * The inspector's process: watches one run of a federation by its name, whether it has begun or not, and shows it to
 * whoever opens the address that it prints. It stays when the run is over, until it is told to stop.
 */
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { addressFromEnvironment, connectNats, FederationError, keyFromEnvironment } from '@dragon/federation';
import { EXIT, printableLines } from '@dragon/report';
import { SettingError } from '@dragon/scenarios';
import { FederatedRun } from './federated-run.ts';
import { openInspector } from './inspector.ts';
import { inspectorSettings, listenFailure } from './settings.ts';

/** How long to wait for a server: containers of one composition start in any order. */
const START_MS = 60_000;

const stop = new AbortController();
let stoppedBy: 'SIGTERM' | 'SIGINT' | undefined;
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.on(name, () => {
    stoppedBy ??= name;
    stop.abort();
  });
// Who started us holds our standard input, and is gone when it ends.
if (process.env['DRAGON_STDIN_GUARD'])
  process.stdin
    .on('end', () => stop.abort())
    .on('error', () => stop.abort())
    .resume();

try {
  const { run, port, host, page, token } = inspectorSettings(
    process.env,
    fileURLToPath(new URL('../page', import.meta.url)),
  );
  const address = addressFromEnvironment(process.env) ?? { url: 'nats://127.0.0.1:4222' };
  const key = keyFromEnvironment(process.env);
  const link = await connectNats(address, { name: 'inspector', retryMs: START_MS, signal: stop.signal });
  const onError = (error: unknown) => say(`this is a bug: ${error instanceof Error ? error.stack : String(error)}`);
  const watched = new FederatedRun(link, { run, key, onBadFrames: say, onError });
  const inspector = await openInspector({ run: watched, page, forks: process.cwd(), port, host, token, onError });
  process.stdout.write(`${inspector.address}\n`);
  await new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve());
    if (stop.signal.aborted) resolve();
  });
  await watched.close();
  await Promise.all([inspector.close(), link.close()]);
  process.exit(stoppedBy === undefined ? EXIT.ok : 128 + constants.signals[stoppedBy]);
} catch (error) {
  const { exitCode, text } = failureOf(error);
  say(text);
  process.exit(stoppedBy === undefined ? exitCode : 128 + constants.signals[stoppedBy]);
}

function say(text: string): void {
  process.stderr.write(`inspector: ${printableLines(text)}\n`);
}

function failureOf(error: unknown): { readonly exitCode: number; readonly text: string } {
  if (error instanceof SettingError) return { exitCode: EXIT.usage, text: error.message };
  if (error instanceof FederationError) return { exitCode: EXIT.operational, text: error.message };
  const why = listenFailure(error);
  if (why !== undefined) return { exitCode: EXIT.operational, text: why };
  return { exitCode: EXIT.bug, text: `this is a bug: ${error instanceof Error ? error.stack : String(error)}` };
}
