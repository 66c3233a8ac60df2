/** Workload files: read with every mistake told in one line, and written so that they can be edited. */
import { readFileSync } from 'node:fs';
import { printable, unreadableFile } from '@dragon/report';
import type { Workload } from '@dragon/scenarios';
import type { z } from 'zod';
import { OperationalError } from '../failure.ts';
import { workloadSchema } from '../json/workload-schema.ts';
import { writeWholeFile } from '../whole-file.ts';

/** Throws an `OperationalError` that says what is wrong, and where. */
export function readWorkload(path: string): Workload {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new OperationalError(unreadableFile(path, error));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : '';
    throw new OperationalError(printable(`${path} is no workload: it is not JSON: ${why}`));
  }
  const read = workloadSchema.safeParse(value);
  if (!read.success)
    throw new OperationalError(
      printable(`${path} is no workload: ${issueText(read.error.issues)}; 'dragon schema workload' says what one is`),
    );
  return read.data;
}

export function writeWorkload(path: string, workload: Workload): void {
  writeWholeFile(path, `${JSON.stringify(workload, null, 2)}\n`);
}

function issueText([issue]: readonly z.core.$ZodIssue[]): string {
  if (issue === undefined) return 'it does not fit';
  const where = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const place = where.startsWith('.') ? where.slice(1) : where;
  return `${place === '' ? 'the whole' : place}: ${issue.message}`;
}
