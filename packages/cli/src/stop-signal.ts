/** Ctrl-C and its relatives: the first asks for an orderly end, a second one does not wait for it. */
import { constants } from 'node:os';

export interface StopSignal {
  readonly signal: AbortSignal;
  /** 128 and the number of the signal, as a shell would say it; undefined while nobody asked to stop. */
  readonly exitCode: () => number | undefined;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C may arrive twice, from the terminal and from a parent that passes it on. */
const ECHO_MS = 500;

/** Listens from now on, until the process ends. */
export function listenForStop(): StopSignal {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let stoppedAt = 0;
  for (const name of SIGNALS)
    process.on(name, () => {
      // What must not outlive us is ended by `exit` listeners.
      if (exitCode !== undefined && performance.now() - stoppedAt > ECHO_MS) process.exit(exitCode);
      if (exitCode !== undefined) return;
      exitCode = 128 + constants.signals[name];
      stoppedAt = performance.now();
      controller.abort(new Error(`stopped by ${name}`));
    });
  return { signal: controller.signal, exitCode: () => exitCode };
}
