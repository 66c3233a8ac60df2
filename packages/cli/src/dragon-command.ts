/** Commands of this program as a person types them: to be shown, and pasted into a shell. */
import { IS_INSTALLED } from './project-paths.ts';

/** In the folder of the project, the command is among the packages of the project; installed, it is in PATH. */
const PROGRAM = IS_INSTALLED ? 'dragon' : 'npx dragon';

/** Returns the shell command with these arguments, which are words for a shell already. */
export function dragonCommand(args: string): string {
  return `${PROGRAM} ${args}`;
}
