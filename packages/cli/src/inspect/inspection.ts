/** The inspector of a command: its server, with the page, until Ctrl-C. */
import { type Inspector, listenFailure, openInspector, ticketAddress, type WatchedRun } from '@dragon/inspector';
import { pageFolder } from '../bundle/page-folder.ts';
import type { CommandContext } from '../command-context.ts';
import { OperationalError } from '../failure.ts';
import { openBrowser } from './open-browser.ts';

/** How the inspector is shown. */
export interface ShownOptions {
  /** Undefined: any that is free. */
  readonly port?: number | undefined;
  /** Whether to open the browser. */
  readonly open: boolean;
  /** What stands behind the page's address, as in `#t=live`. */
  readonly fragment?: string | undefined;
  /** Whether standard output is for something else. */
  readonly quiet?: boolean | undefined;
}

/** Opens the server, and says where it is. */
export async function openInspection(
  { run, trace }: { readonly run: WatchedRun; readonly trace?: string | undefined },
  shown: ShownOptions,
  context: CommandContext,
): Promise<Inspector> {
  const { terminal } = context;
  const page = await pageFolder((text) => terminal.note(`dragon: ${text}`));
  const onError = (error: unknown) =>
    terminal.note(`dragon: this is a bug of the inspector: ${error instanceof Error ? error.stack : String(error)}`);
  try {
    const { port } = shown;
    const inspector = await openInspector({ run, page, trace, forks: process.cwd(), port, onError });
    sayAddress(inspector.address, shown, context);
    return inspector;
  } catch (error) {
    const why = listenFailure(error);
    throw why === undefined ? error : new OperationalError(`the inspector: ${why}`);
  }
}

/** Prints where the page is, and opens it. */
export function sayAddress(bare: string, { open, fragment = '', quiet }: ShownOptions, context: CommandContext): void {
  // As a browser has it: what a fragment may not have is escaped, for the terminal as well.
  const address = new URL(fragment, bare).href;
  const line = `Inspector: ${address}`;
  if (quiet) context.terminal.note(line);
  else context.terminal.print(`${line}\n`);
  if (open) openBrowser(ticketAddress(address, Date.now()), context.env);
}

/** Resolves at Ctrl-C: as long as somebody may look, the page is there. */
export function untilStopped(address: string, { signal, terminal }: CommandContext): Promise<void> {
  if (!signal.aborted) terminal.note(`dragon: the page stays until Ctrl-C: ${address}`);
  return new Promise((resolve) => {
    // Listening for a signal keeps no process alive, and the process that serves the page may be gone.
    const staying = setInterval(() => undefined, 60_000);
    const stop = () => {
      clearInterval(staying);
      resolve();
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}
