/**
 * The report of tasks that hang without a deadlock: on something outside the model, or on something nobody will give.
 */
import type { ReportInput } from './deadlock-report.ts';
import { reportNames } from './report-names.ts';
import { plainText } from './sentence.ts';
import { stallRoots } from './stall-roots.ts';
import { stallReason, stallStory } from './stall-story.ts';
import { storyLines } from './story-lines.ts';
import { taskLines } from './task-lines.ts';
import { terminalStyle } from './terminal-style.ts';

/**
 * Returns a block for each task at the root of a stall, lines ended by newlines: one that waits for nobody who waits,
 * and that is hung at the end of the run or has a hung task behind it. The empty string if no task is hung, or if a
 * deadlock explains it.
 */
export function stallReport({ graph, plan, result, release, colour, width }: ReportInput): string {
  const names = reportNames(plan);
  const style = terminalStyle(colour);
  const blocks = stallRoots(graph, result.endedAt).map((task) => [
    ...storyLines(stallStory(task, result.endedAt, names), style, width),
    '',
    ...taskLines(task, plainText(stallReason(task, names)), names, { release, width }),
  ]);
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}
