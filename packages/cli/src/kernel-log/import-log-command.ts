/** `dragon import dmesg`: what the log of a real kernel says of blocked tasks. */
import { findingsJson, type LogFindings, logFindings, logText } from '@dragon/dmesg';
import { KernelLogError, readKernelLog } from '@dragon/dmesg/io';
import { EXIT, printable, thousands } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { dragonCommand } from '../dragon-command.ts';
import { OperationalError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';

const EXIT_OF: Readonly<Record<LogFindings['verdict'], number>> = {
  deadlock: EXIT.finding,
  stall: EXIT.finding,
  order: EXIT.finding,
  unclear: EXIT.inconclusive,
  nothing: EXIT.ok,
};

/** Returns the exit code: a deadlock, a stall or a warning of lockdep is a finding; too little to tell is none. */
export async function importLog(
  path: string,
  { json }: { readonly json?: true },
  { terminal, signal }: CommandContext,
): Promise<number> {
  const log = await readKernelLog(path, {
    signal,
    onProgress({ bytes, total, lines }) {
      const share = total === 0 ? '' : `${Math.floor((bytes / total) * 100)} %   `;
      terminal.live(`${share}${thousands(lines)} lines`);
    },
  })
    .catch((error: unknown) => {
      throw error instanceof KernelLogError ? new OperationalError(printable(error.message)) : error;
    })
    .finally(() => terminal.still());
  const findings = logFindings(log);
  const name = path === '-' ? 'standard input' : path;
  if (log.brokenOff !== undefined)
    terminal.note(`dragon: ${printable(name)}: ${log.brokenOff}; what stands before it is read`);
  if (json) terminal.print(jsonLine('import-dmesg', findingsJson(name, findings)));
  else
    terminal.print(
      `${logText(name, findings, { width: terminal.width, style: terminal.style, command: dragonCommand }).join('\n')}\n`,
    );
  return EXIT_OF[findings.verdict];
}
