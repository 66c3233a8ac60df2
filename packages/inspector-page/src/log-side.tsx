/** What a log tells of one task, and of itself: its stack, innermost first, and what follows from it. */
import type { FindingsJson } from '@dragon/dmesg';
import type { LogDump, LogTask } from '@dragon/inspection';
import { thousands } from '@dragon/report';

interface SideProps {
  readonly log: FindingsJson;
  readonly dump: LogDump | undefined;
  readonly task: LogTask | undefined;
  readonly nameOf: (pid: number) => string;
  readonly onChoose: (pid: number) => void;
}

export function LogSide({ log, dump, task, nameOf, onChoose }: SideProps) {
  return (
    <aside class="log-side" aria-label="What the log tells">
      {task !== undefined && <Task task={task} nameOf={nameOf} onChoose={onChoose} />}
      {dump !== undefined && (
        <section>
          <h3>Tasks of this moment</h3>
          <ul class="log-tasks">
            {dump.tasks.map(({ pid, waitsFor }) => (
              <li key={pid}>
                <button type="button" aria-pressed={pid === task?.pid} onClick={() => onChoose(pid)}>
                  <b>{nameOf(pid)}</b> {waitsFor === null ? '' : `waits for ${waitsFor.words}`}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {log.lockdep.length > 0 && (
        <section>
          <h3>Warnings of lockdep</h3>
          {log.lockdep.map(({ title, comm, acquiring, holding, line }) => (
            <p key={line}>
              {title}: {comm} takes <code>{acquiring}</code> with <code>{holding}</code> held (line {thousands(line)})
            </p>
          ))}
        </section>
      )}
      {dump?.scenario && (
        <section>
          <h3>Nearest scenario</h3>
          <p>{dump.scenario.why}</p>
          <p>
            <code>
              npx dragon inspect {dump.scenario.scenario}
              {dump.scenario.profile === null ? '' : ` --profile ${dump.scenario.profile}`}
            </code>
          </p>
        </section>
      )}
      {(log.leftOut > 0 || log.unread > 0) && (
        <p class="log-rest">
          Not shown: {thousands(log.leftOut)} beyond what is kept, {thousands(log.unread)} lines in an unknown form.
        </p>
      )}
    </aside>
  );
}

interface TaskProps {
  readonly task: LogTask;
  readonly nameOf: (pid: number) => string;
  readonly onChoose: (pid: number) => void;
}

function Task({ task, nameOf, onChoose }: TaskProps) {
  const { pid, state, cpu, line, stack, waitsFor, holds, blockedBy, candidates, outside, workqueue } = task;
  const about = [`pid ${pid}`, `state ${state}`, ...(cpu === null ? [] : [`CPU ${cpu}`]), `line ${thousands(line)}`];
  return (
    <section aria-label={nameOf(pid)}>
      <h2>{nameOf(pid)}</h2>
      <p class="log-about">{about.join(' · ')}</p>
      {workqueue !== null && <p class="log-about">{workqueue}</p>}
      {waitsFor !== null && (
        <p>
          waits for <b>{waitsFor.words}</b>
        </p>
      )}
      <Edges title="In its way" edges={blockedBy} nameOf={nameOf} onChoose={onChoose} />
      <Edges
        title={
          candidates.length === 1 ? 'In its way: no fact, the only one that fits' : 'One of these: which is not told'
        }
        edges={candidates}
        nameOf={nameOf}
        onChoose={onChoose}
      />
      {outside !== null && <p>{outside}, which no task holds</p>}
      {holds.length > 0 && (
        <>
          <h3>Holds</h3>
          <ul>
            {holds.map(({ resource, lock, because }) => (
              <li key={`${resource} ${because}`}>
                <b>
                  {resource}
                  {lock === '' ? '' : ` (${lock})`}
                </b>{' '}
                {because}
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Stack, innermost first</h3>
      <ol class="log-stack">
        {stack.map((symbol, i) => (
          <li key={`${i} ${symbol}`} data-site={symbol === waitsFor?.site}>
            {symbol}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface EdgesProps {
  readonly title: string;
  readonly edges: LogTask['blockedBy'];
  readonly nameOf: (pid: number) => string;
  readonly onChoose: (pid: number) => void;
}

function Edges({ title, edges, nameOf, onChoose }: EdgesProps) {
  if (edges.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {edges.map(({ pid, because }) => (
          <li key={`${pid} ${because}`}>
            <button type="button" class="named" onClick={() => onChoose(pid)}>
              {nameOf(pid)}
            </button>
            : {because}
          </li>
        ))}
      </ul>
    </>
  );
}
