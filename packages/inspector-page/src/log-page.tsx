/**
 * The page of a real machine's log: who waits for whom in one of its dumps, with the stack that tells it. There is no
 * run behind it, so the stages and the timeline of a run are not there, and the page says why.
 */
import type { FindingsJson } from '@dragon/dmesg';
import { logMoments, logTaskName, momentOf } from '@dragon/inspection';
import { useMemo, useState } from 'preact/hooks';
import { BarIcon, BrandIcon } from './bar-icon.tsx';
import { LogSide } from './log-side.tsx';
import { LogStage } from './log-stage.tsx';
import { LookIcon } from './look-icon.tsx';
import { switchTheme } from './theme-switch.ts';

export function LogPage({ log }: { readonly log: FindingsJson }) {
  const [place, setPlace] = useState(log.told ?? 0);
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const moments = useMemo(() => logMoments(log), [log]);
  const dump = log.dumps[place];
  const selected = dump && (dump.tasks.find(({ pid }) => pid === chosen)?.pid ?? dump.cycles[0]?.[0] ?? firstOf(dump));
  const isFound = dump?.verdict === 'deadlock';
  return (
    <div class="app log" data-present={false}>
      <header class="bar">
        <BrandIcon />
        <h1 title={log.file}>{log.file.slice(log.file.lastIndexOf('/') + 1)}</h1>
        {dump !== undefined && <DumpFacts dump={dump} />}
        <span class="grow" />
        {moments.length > 1 && (
          <label class="log-moment">
            Moment
            <select value={place} onChange={({ currentTarget }) => setPlace(Number(currentTarget.value))}>
              {moments.map((each) => (
                <option key={each.place} value={each.place}>
                  {each.words}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="button" class="icon-button" title="Dark or light" onClick={switchTheme}>
          <BarIcon of="theme" />
        </button>
      </header>
      <section class="finding log-verdict" aria-label="Finding" data-open={dump !== undefined} data-found={isFound}>
        {dump !== undefined && (
          <>
            <LookIcon look={isFound ? 'find' : 'wait'} size={22} />
            <h2>{dump.sentence}</h2>
          </>
        )}
      </section>
      <div class="middle">
        <main class="stage">
          {dump === undefined ? (
            <p class="log-none">No task is blocked in this log.</p>
          ) : (
            <LogStage key={dump.line} dump={dump} selected={selected} onChoose={setChosen} />
          )}
          <p class="log-why">
            A log shows one moment of a machine: no run is behind it, so there is no timeline, and no memory, agents,
            charts or comparison.
          </p>
        </main>
        <LogSide
          log={log}
          dump={dump}
          task={dump?.tasks.find(({ pid }) => pid === selected)}
          nameOf={(pid) => (dump === undefined ? String(pid) : logTaskName(dump, pid))}
          onChoose={setChosen}
        />
      </div>
    </div>
  );
}

type Dump = FindingsJson['dumps'][number];

const firstOf = ({ tasks }: Dump): number | undefined =>
  (tasks.find(({ waitsFor }) => waitsFor !== null) ?? tasks[0])?.pid;

function DumpFacts({ dump }: { readonly dump: Dump }) {
  return (
    <ul class="chips" aria-label="What the log says of itself">
      {dump.release !== null && <li>{`kernel ${dump.release}`}</li>}
      <li>{momentOf(dump)}</li>
      <li>{dump.complete ? 'all blocked tasks' : 'only what the kernel reported'}</li>
    </ul>
  );
}
