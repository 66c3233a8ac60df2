/** `dragon` without arguments, which is `npm start`: the deadlock, found twice, and what cures it. */
import type { Plan } from '@dragon/engine';
import { FederationError } from '@dragon/federation';
import { EXIT, foldLines, textTable } from '@dragon/report';
import { readRun, requestRun, type RunRequest } from '@dragon/scenarios';
import { type CommandContext, liveProgress } from './command-context.ts';
import { dragonCommand } from './dragon-command.ts';
import { BrokenPromise } from './failure.ts';
import { cureTable, tryCures } from './demo-cures.ts';
import { oneProcessAnAgent } from './run/process-plan.ts';
import { runDistributed } from './run/run-distributed.ts';
import { runHere, type Simulated } from './run/run-here.ts';
import { counted, figuresOf, findingsOf } from './run/run-output.ts';

const SCENARIO = 'seed-deadlock';

/** Returns the exit code: 0 if every verdict is as expected. */
export async function demo(context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { strong } = terminal.style;
  const request = requestRun(readRun({ scenario: SCENARIO }));
  const plan = request.plan();
  context.replay = dragonCommand(request.replayArguments);
  terminal.print(
    `${strong('sleeping-dragon: the XFS deadlock of December 2022, found, explained and cured.')}\n` +
      'First with every thread and lock of the kernel in a process of its own, then in one; half a minute.\n\n',
  );

  const distributed = await findDistributed(request, plan, context);
  const local = await findHere(request, plan, context, distributed === undefined);
  if (distributed !== undefined) {
    compare(distributed, local);
    terminal.print('The digests are equal: where an agent runs makes no difference to what happens.\n\n');
  }

  terminal.print(`${strong('3.')} The cures, each on profile v6.1 with the same seed, in one process\n\n`);
  const tried = await tryCures(context);
  terminal.print(`${[...cureTable(tried, terminal), '', ...whereNext(terminal.width)].join('\n')}\n`);
  if (!tried.every(({ asExpected }) => asExpected))
    throw new BrokenPromise('a verdict is not the one that is known to be right (see the table above)');
  return EXIT.ok;
}

/** Returns the lines that a page of this width has room for. */
export function whereNext(width: number): string[] {
  const rows = [
    [dragonCommand('inspect seed-deadlock'), 'the same deadlock in the browser, as it closes'],
    [dragonCommand('run stuck-disk'), 'a hang that is no deadlock'],
    [dragonCommand('compare big-cache-50k'), 'what the patch of the mail costs, in the model'],
    [dragonCommand('import --help'), 'a log or a trace of a kernel of yours'],
    [dragonCommand('list'), 'scenarios, profiles, policies'],
    ['docs/findings.md', 'what a real kernel did, and where the model differs'],
    ['docs/guide.md', 'by question: a log, a trace, an idea for a cure'],
  ];
  return ['Where to go next:', ...textTable(rows, { width, indent: '  ' })];
}

/** Returns undefined if there is no NATS server to be had, and says what to do about it. */
async function findDistributed(
  request: RunRequest,
  plan: Plan,
  context: CommandContext,
): Promise<Simulated | undefined> {
  const { terminal, env, signal } = context;
  const processPlan = oneProcessAnAgent(plan);
  const processes = counted(processPlan.commands.length, 'process', 'processes');
  terminal.print(`${terminal.style.strong('1.')} ${request.heading}, in ${processes} over NATS\n`);
  try {
    const simulated = await runDistributed(plan, {
      processPlan,
      env,
      signal,
      onStarting: (seconds) => terminal.live(`   starting ${processes}   ${seconds.toFixed(1)} s`),
      onProgress: liveProgress(terminal, plan.until, '   '),
      onNotice: (text) => terminal.note(`dragon: ${text}`),
    });
    printRun(request, plan, simulated, context);
    await simulated.close?.();
    return simulated;
  } catch (error) {
    if (!(error instanceof FederationError) || error.code !== 'no-server') throw error;
    terminal.print(`${foldLines([`   Left out: ${error.message}`], terminal.width).join('\n')}\n\n`);
    return undefined;
  } finally {
    terminal.still();
  }
}

async function findHere(request: RunRequest, plan: Plan, context: CommandContext, report: boolean): Promise<Simulated> {
  const { terminal, signal } = context;
  terminal.print(`${terminal.style.strong('2.')} ${request.heading}, in one process\n`);
  const simulated = await runHere(plan, { signal, onProgress: liveProgress(terminal, plan.until, '   ') });
  terminal.still();
  if (report) printRun(request, plan, simulated, context);
  else terminal.print(`\n${figuresOf(simulated, terminal.width)}\n`);
  return simulated;
}

function printRun(request: RunRequest, plan: Plan, simulated: Simulated, { terminal }: CommandContext): void {
  terminal.print(`\n${findingsOf(request, plan, simulated, terminal)}\n${figuresOf(simulated, terminal.width)}\n\n`);
}

function compare({ result: distributed }: Simulated, { result: local }: Simulated): void {
  if (distributed.digest !== local.digest)
    throw new BrokenPromise(`digest ${distributed.digest} in many processes, but ${local.digest} in one`);
}
