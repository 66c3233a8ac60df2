/** `dragon completion`: the script of a shell, made from the commands that there are. */
import { unknownName } from '@dragon/kernel';
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { bashCompletion } from './bash-completion.ts';
import { completedCommands, SHELLS } from './completed-words.ts';
import { fishCompletion } from './fish-completion.ts';
import { zshCompletion } from './zsh-completion.ts';

/** Throws a `UsageError` for a shell that is not known. */
export function completionScript(shell: string, program: Command): string {
  const commands = completedCommands(program);
  switch (shell) {
    case 'bash':
      return bashCompletion(commands);
    case 'zsh':
      return zshCompletion(commands);
    case 'fish':
      return fishCompletion(commands);
    default:
      throw new UsageError(unknownName('shell', shell, SHELLS));
  }
}
