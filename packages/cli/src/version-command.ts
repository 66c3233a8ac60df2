/** `dragon version`: which program this is, and which formats it speaks. */
import { PROTOCOL_VERSION } from '@dragon/federation';
import { textTable, TRACE_VERSION } from '@dragon/report';
import { PROGRAM_VERSION } from './program-version.ts';

/** Returns lines, ended by newlines. */
export function versionText(width: number): string {
  const rows = [
    ['sleeping-dragon', PROGRAM_VERSION],
    ['node', process.versions.node],
    ['federation protocol', String(PROTOCOL_VERSION)],
    ['trace format', String(TRACE_VERSION)],
  ];
  return `${textTable(rows, { width }).join('\n')}\n`;
}
