/** `pnpm bench`: the figures of the project, each beside its peer in the same run and beside what it shall reach. */
import { EXIT, unwritableFile } from '@dragon/report';
import { benchCommand } from './bench-command.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads our output may have seen enough, as `head` has.
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`bench: ${unwritableFile('standard output', error)}\n`);
  process.exit(EXIT.unwritten);
});

process.exitCode = await benchCommand(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  note: (text) => void process.stderr.write(text),
});
