/** `pnpm bench`: the figures of the project, each beside its peer in the same run and beside what it shall reach. */
import { benchCommand } from './bench-command.ts';

process.exitCode = await benchCommand(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  note: (text) => void process.stderr.write(text),
});
