/**
 * The inspector's process beside a distributed run: started before the run, started again where it was if it is killed
 * meanwhile, and there until it is told to end. The run does not depend on it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { addressToEnvironment, KEY_VARIABLE, type NatsAddress, RestartLimit } from '@dragon/federation';
import { bundledPrograms, commandLine } from '../bundle/bundled-programs.ts';
import { OperationalError } from '../failure.ts';

export interface InspectorProcessOptions {
  readonly run: string;
  /** The key of the run, if it has one. */
  readonly key: string | undefined;
  readonly address: NatsAddress;
  readonly port: number | undefined;
  /** The folder of the built page. */
  readonly page: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called with what it says on its standard error, and with what becomes of it. */
  readonly onNotice: (text: string) => void;
}

export interface InspectorProcess {
  /** Where its page is. */
  readonly address: string;
  /** The run is over: one that ends now has nothing to watch if it is started again. */
  runIsOver(): void;
  /** Ends it, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** Resolves when it watches the run, which need not have begun. */
export async function startInspectorProcess(options: InspectorProcessOptions): Promise<InspectorProcess> {
  const { onNotice } = options;
  const argv = commandLine((await bundledPrograms())('inspector-main'));
  // What a page has shown once it may show to the next process, too.
  const token = randomBytes(16).toString('base64url');
  const limit = new RestartLimit();
  const said: string[] = [];
  let notice = (line: string): void => void said.push(line);
  const launch = (port: number | undefined) =>
    launchInspector(argv, { ...options, port }, token, (line) => notice(line));
  let current = launch(options.port);
  let address = await current.address;
  while (address === undefined) {
    const { wasKilled } = await current.ended;
    if (!wasKilled || !limit.allows)
      throw new OperationalError(['the process of the inspector could not start', ...said].join(': '));
    limit.count();
    current = launch(options.port);
    address = await current.address;
  }
  notice = onNotice;
  said.forEach(notice);
  const port = Number(new URL(address).port || 80);
  let [isEnding, isOver] = [false, false];
  const watch = async () => {
    for (;;) {
      const { how } = await current.ended;
      if (isEnding) return;
      if (isOver || !limit.allows) {
        onNotice(`dragon: the page is gone: the process of the inspector ${how}`);
        return;
      }
      limit.count();
      onNotice(`dragon: the process of the inspector ${how}, and was started again`);
      current = launch(port);
    }
  };
  const watched = watch();
  return {
    address,
    runIsOver() {
      isOver = true;
    },
    async stop() {
      isEnding = true;
      current.end();
      await watched;
    },
  };
}

interface LaunchedInspector {
  /** The first line that it prints; undefined if it ends without one. */
  readonly address: Promise<string | undefined>;
  /** Resolves when it is gone, with how it ended. */
  readonly ended: Promise<{ readonly how: string; readonly wasKilled: boolean }>;
  readonly end: () => void;
}

function launchInspector(
  [program, ...args]: readonly [program: string, ...args: string[]],
  { env, address, run, key, port, page }: InspectorProcessOptions,
  token: string,
  onLine: (line: string) => void,
): LaunchedInspector {
  const child = spawn(program, args, {
    env: {
      ...env,
      ...addressToEnvironment(address),
      DRAGON_RUN: run,
      [KEY_VARIABLE]: key,
      DRAGON_INSPECTOR_PORT: port === undefined ? undefined : String(port),
      DRAGON_INSPECTOR_PAGE: page,
      DRAGON_INSPECTOR_TOKEN: token,
      DRAGON_STDIN_GUARD: '1',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = () => void child.kill('SIGKILL');
  process.on('exit', kill);
  const ended = new Promise<{ how: string; wasKilled: boolean }>((resolve) => {
    const end = (how: string, wasKilled: boolean) => {
      process.off('exit', kill);
      resolve({ how, wasKilled });
    };
    child.on('error', (error) => end(`could not be started (${error.message})`, false));
    child.on('close', (code, signal) =>
      end(signal === null ? `exited with code ${code}` : `was killed by ${signal}`, signal === 'SIGKILL'),
    );
  });
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stderr }).on('line', onLine);
  return {
    address: firstLine(child),
    ended,
    end() {
      child.stdin.end();
      child.kill('SIGTERM');
    },
  };
}

/** Undefined if it ends without one. */
function firstLine(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
    child.on('close', () => resolve(undefined));
    child.on('error', () => resolve(undefined));
  });
}
