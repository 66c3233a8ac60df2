/** Options of `dragon export` as typed; which of them a form takes, its row in `export-command.ts` says. */
export interface ExportOptions {
  readonly out?: string;
}
