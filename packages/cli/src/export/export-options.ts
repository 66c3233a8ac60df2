/** Options of `dragon export` as typed; which of them a form takes, its row in `export-command.ts` says. */
import type { VirtualTime } from '@dragon/engine';
import type { SettingsOptions } from '../run/settings-options.ts';

export interface ExportOptions extends SettingsOptions {
  readonly out?: string;
  /** As a person names them. */
  readonly agents?: readonly string[];
  /** As a person names it. */
  readonly agent?: string;
  readonly at?: VirtualTime;
  readonly theme?: 'dark' | 'light';
  readonly from?: VirtualTime;
  readonly to?: VirtualTime;
}
