/** The inspector's process beside a distributed run: started before the run, and there until it is told to end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { addressToEnvironment, KEY_VARIABLE, type NatsAddress } from '@dragon/federation';
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
  /** Called with what it says on its standard error. */
  readonly onNotice: (text: string) => void;
}

export interface InspectorProcess {
  /** Where its page is. */
  readonly address: string;
  /** Ends it, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** Resolves when it watches the run, which need not have begun. */
export async function startInspectorProcess(options: InspectorProcessOptions): Promise<InspectorProcess> {
  const [program, ...args] = commandLine((await bundledPrograms())('inspector-main'));
  const child = spawn(program, args, {
    env: {
      ...options.env,
      ...addressToEnvironment(options.address),
      DRAGON_RUN: options.run,
      [KEY_VARIABLE]: options.key,
      DRAGON_INSPECTOR_PORT: options.port === undefined ? undefined : String(options.port),
      DRAGON_INSPECTOR_PAGE: options.page,
      DRAGON_STDIN_GUARD: '1',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = () => void child.kill('SIGKILL');
  process.on('exit', kill);
  const closed = new Promise<void>((resolve) => {
    child.on('close', () => {
      process.off('exit', kill);
      resolve();
    });
  });
  child.stdin.on('error', () => undefined);
  const said: string[] = [];
  let notice = (line: string): void => void said.push(line);
  createInterface({ input: child.stderr }).on('line', (line) => notice(line));
  const address = await firstLine(child);
  if (address === undefined) {
    await closed;
    throw new OperationalError(['the process of the inspector could not start', ...said].join(': '));
  }
  notice = options.onNotice;
  said.forEach(notice);
  return {
    address,
    async stop() {
      child.stdin.end();
      child.kill('SIGTERM');
      await closed;
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
