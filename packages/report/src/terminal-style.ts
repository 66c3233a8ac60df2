/** The few styles a report uses on a terminal, or none. */
export interface TerminalStyle {
  readonly alarm: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const plain = (text: string) => text;
const ansi = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

const PLAIN: TerminalStyle = { alarm: plain, strong: plain, faint: plain };
const COLOURED: TerminalStyle = {
  alarm: (text) => ansi(1, 22)(ansi(31, 39)(text)),
  strong: ansi(1, 22),
  faint: ansi(2, 22),
};

/** Returns the styles; without colour each leaves the text as it is. */
export function terminalStyle(colour: boolean): TerminalStyle {
  return colour ? COLOURED : PLAIN;
}
