/** A terminal for tests, which keeps what is written. */
import { terminalStyle } from '@dragon/report';
import type { Terminal } from './terminal.ts';

export function recordingTerminal(): Terminal & { readonly written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  return {
    written,
    colour: false,
    style: terminalStyle(false),
    print(text) {
      written.out += text;
    },
    note(text) {
      written.err += `${text}\n`;
    },
    live: () => undefined,
    still: () => undefined,
  };
}
