/** The command that does what the page was asked to, for whoever cannot see it here. */
import { shellWord } from '@dragon/kernel';
import type { RunTexts } from '@dragon/scenarios';
import type { RunSource } from './worker-protocol.ts';

/** Returns the arguments of `dragon`, for a shell; undefined for what no command is asked for. */
export function wantedCommand(source: RunSource): string | undefined {
  switch (source.kind) {
    case 'scenario':
      return runArguments(source.texts);
    case 'trace':
      return `inspect ${shellWord(source.name)}`;
    case 'plan':
    case 'fork':
      return undefined;
  }
}

function runArguments({ scenario, faults = [], ...options }: RunTexts): string {
  const words = Object.entries(options).flatMap(([name, text]) =>
    typeof text === 'string' && text !== '' ? [`--${name}`, text] : [],
  );
  return ['run', scenario, ...words, ...faults.flatMap((fault) => ['--fault', fault])].map(shellWord).join(' ');
}
