/** The findings of a run that have no report of their own, in a sentence each: OOM kills and broken properties. */
import { formatSeconds, type Finding } from '@dragon/engine';
import { oomKills } from './oom-finder.ts';

/** Returns a line for each kill and each broken property, in the order in which they happened. */
export function findingSentences(findings: readonly Finding[]): string[] {
  return findings.flatMap((finding) => {
    const { kind, at } = finding;
    const when = `at ${formatSeconds(at)} s of virtual time`;
    if (kind === 'oom')
      return oomKills([finding]).map(
        ({ comm, pid }) => `OOM KILL: the kernel killed ${comm} (pid ${pid}) for want of memory ${when}.`,
      );
    if (kind === 'property') {
      const { property, agent, evidence } = finding.evidence as { [key: string]: unknown };
      return [
        `VIOLATED: ${String(property)} does not hold ${when}: ${String(agent)} shows ${JSON.stringify(evidence)}.`,
      ];
    }
    return [];
  });
}
