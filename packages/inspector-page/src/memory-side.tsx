/** What stands beside the stage of memory: who sees which inodes, backlogs by CPU, and pages, at the cursor. */
import { formatSeconds } from '@dragon/engine';
import { backlogsAt, memoryAt, priorityAt } from '@dragon/inspection';
import { DEF_PRIORITY } from '@dragon/kernel';
import { COUNT_TEXT, PAGE_ROWS, PRIORITY_TEXT, thousands, whoSeesWhich } from '@dragon/report';
import { memoryStoryAt } from './memory-story.ts';
import type { WithRecord } from './with-record.ts';

/** CPUs that are shown, those with the longest backlogs. */
const MOST_BACKLOGS = 8;

export function MemorySide({ state, record }: WithRecord) {
  void state.revision.value;
  const memory = memoryAt(record, state.t.value);
  if (memory === undefined) return <aside class="sees" aria-label="Who sees which inodes" />;
  const shown = backlogsAt(record, state.t.value)
    .sort((a, b) => b.inodes - a.inodes)
    .slice(0, MOST_BACKLOGS);
  const most = Math.max(1, shown[0]?.inodes ?? 0);
  const pages = Math.max(1, ...PAGE_ROWS.map(({ key }) => memory.pages[key]));
  const priority = priorityAt(record, state.t.value);
  const isEvidence = memoryStoryAt(record, state.t.value) !== undefined;
  return (
    <aside class="sees" aria-label="Who sees which inodes">
      <h2>
        Who sees which inodes <small>at {formatSeconds(state.t.value).slice(0, -3)} s</small>
      </h2>
      <p class="sees-about">{COUNT_TEXT}</p>
      {whoSeesWhich(memory).map(({ who, symbol, count, text }) => (
        <div key={who} class="seer" data-nobody={symbol === undefined && count > 0} data-evidence={isEvidence}>
          <p>
            <b>{who}</b> {symbol !== undefined && <code>{symbol}</code>}
            <small>{text}</small>
          </p>
          <strong>{thousands(count)}</strong>
        </div>
      ))}
      <h2>Backlog by CPU</h2>
      <Bars
        rows={shown.map(({ agent, inodes }) => ({
          name: state.names.value?.tasks.name(agent) ?? agent,
          value: inodes,
          look: 'backlog',
        }))}
        most={most}
      />
      <h2>Pages</h2>
      <Bars rows={PAGE_ROWS.map(({ name, key }) => ({ name, value: memory.pages[key], look: key }))} most={pages} />
      <h2>
        kswapd priority <small>{PRIORITY_TEXT}</small>
      </h2>
      <p class="priority">
        {Array.from({ length: DEF_PRIORITY + 1 }, (_, i) => (
          <i key={i} data-tried={priority !== undefined && DEF_PRIORITY - i >= priority} />
        ))}
        <span>{priority === undefined ? 'asleep' : priority}</span>
      </p>
    </aside>
  );
}

interface BarRow {
  readonly name: string;
  readonly value: number;
  readonly look: string;
}

function Bars({ rows, most }: { readonly rows: readonly BarRow[]; readonly most: number }) {
  return (
    <dl class="bars">
      {rows.map(({ name, value, look }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value > 0 && <i class={`bar-${look}`} style={{ width: `${(100 * value) / most}%` }} />}</dd>
          <dd>{thousands(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
