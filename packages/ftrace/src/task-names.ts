/** Names of tasks by pid, for the lines that name none: ftrace remembers the names of few tasks (saved_cmdlines). */
import { isKswapd, UNNAMED } from './kernel-event.ts';
import { remember } from './remember.ts';

export class TaskNames {
  readonly #byPid = new Map<number, string>();
  /** From anywhere in the trace. */
  readonly #elsewhere = new Map<number, string>();

  /** Says that a line named the task. */
  seen(pid: number, comm: string): void {
    if (this.#byPid.get(pid) === comm || comm === UNNAMED || comm === '') return;
    // kswapd is told by what it does, also where its name is cut or forgotten.
    if (isKswapd(this.#byPid.get(pid) ?? '')) return;
    remember(this.#byPid, pid, comm);
  }

  /** Only kswapd wakes and sleeps as kswapd does, and there is one for each node. */
  kswapd(pid: number, nid: number): void {
    if (!isKswapd(this.#byPid.get(pid) ?? '')) remember(this.#byPid, pid, `kswapd${nid}`);
  }

  /** Says that a line somewhere in the trace names the task; the first one counts, and kswapd before all others. */
  elsewhere(pid: number | string | undefined, comm: number | string | undefined): void {
    if (typeof pid !== 'number' || comm === undefined || comm === UNNAMED || comm === '') return;
    if (!this.#elsewhere.has(pid) || isKswapd(String(comm))) remember(this.#elsewhere, pid, String(comm));
  }

  of(pid: number): string | undefined {
    return this.#byPid.get(pid) ?? this.#elsewhere.get(pid);
  }
}
