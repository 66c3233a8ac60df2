/** Strip of memory under the stages: free pages, inodes by who counts them, and how hard kswapd tries. */
import type { VirtualTime } from '@dragon/engine';
import { agentsOf, memoryAt, priorityAt, type RunRecord } from '@dragon/inspection';
import { DEF_PRIORITY } from '@dragon/kernel';
import { INODE_BANDS, memoryStrip, NO_CENSUS, PRIORITY_TEXT, thousands } from '@dragon/report';
import { useMemo } from 'preact/hooks';
import type { WithRecord } from './with-record.ts';

export function MemoryStrip({ state, record }: WithRecord) {
  const revision = state.revision.value;
  const t = state.t.value;
  const now = memoryAt(record, t);
  const line = useMemo(() => freeLine(record), [record, revision]);
  const priority = priorityAt(record, t);
  if (now === undefined)
    return (
      <section class="memory-strip" aria-label="Memory">
        {record.rows > 0 && <p>{NO_CENSUS}</p>}
      </section>
    );
  const { pages } = now;
  const words = memoryStrip(now);
  return (
    <section class="memory-strip" aria-label="Memory">
      <div>
        <h3>
          Free pages <b>{thousands(pages.free)}</b>
        </h3>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {[pages.min, pages.low, pages.high].map((mark, i) => (
            <path key={i} class="mark" d={`M0 ${line.y(mark)}H${WIDTH}`} />
          ))}
          <path class="free" d={line.path} />
          <path class="now" d={`M${line.x(t)} 0V${HEIGHT}`} />
        </svg>
        <p title={words.marks}>{words.marks}</p>
      </div>
      <div>
        <h3>
          <span title={words.inodes}>{words.inodes}</span> <b class="uncounted">{words.uncounted}</b>
        </h3>
        <div class="bands" aria-hidden="true">
          {INODE_BANDS.toReversed().map(({ kind, of }) => (
            <i key={kind} class={`band-${kind}`} style={{ flexGrow: of(now) }} />
          ))}
        </div>
        <p title={words.populations}>{words.populations}</p>
      </div>
      <div>
        <h3>
          kswapd priority <b>{priority ?? 'asleep'}</b>
        </h3>
        <div class="priority" aria-hidden="true">
          {Array.from({ length: DEF_PRIORITY + 1 }, (_, i) => (
            <i key={i} data-on={priority !== undefined && DEF_PRIORITY - i >= priority} />
          ))}
        </div>
        <p title={PRIORITY_TEXT}>{PRIORITY_TEXT}</p>
      </div>
    </section>
  );
}

const WIDTH = 200;
const HEIGHT = 32;

interface FreeLine {
  readonly path: string;
  readonly x: (at: VirtualTime) => number;
  readonly y: (pages: number) => number;
}

/** Free pages over the whole run, one value a column at most, on a square-root scale. */
function freeLine(record: RunRecord): FreeLine {
  const [node] = agentsOf(record, 'memory');
  const { instants = new Float64Array(), numbers = [] } = (node && record.census.of(node)) || {};
  const edge = Math.max(record.edge, 1);
  const most = Math.max(1, ...numbers.map((each) => each['free'] ?? 0), numbers[0]?.['high'] ?? 0);
  const x = (at: VirtualTime): number => (at / edge) * WIDTH;
  const y = (pages: number): number => HEIGHT - 1 - Math.sqrt(pages / most) * (HEIGHT - 2);
  let path = '';
  let column = -1;
  for (const [i, at] of instants.entries()) {
    const here = Math.floor(x(at));
    if (here === column) continue;
    column = here;
    const value = y(numbers[i]?.['free'] ?? 0).toFixed(1);
    path += path === '' ? `M0 ${value}` : `H${x(at).toFixed(1)}V${value}`;
  }
  return { path: path === '' ? '' : `${path}H${WIDTH}`, x, y };
}
