/** Gaps of a trace as far as they may hide the end of something, or its beginning: by CPU and by task. */
import type { TraceGap } from './kernel-event.ts';
import { remember } from './remember.ts';

export class GapMemory {
  #any = false;
  /** Lines of the last gap: of any CPU, of each CPU, of each task. */
  #everywhere = 0;
  readonly #cpus = new Map<number, number>();
  readonly #tasks = new Map<number, number>();

  note({ line, cpu, pid, kind }: TraceGap): void {
    this.#any = true;
    if (kind === 'restart') this.#everywhere = line;
    else if (pid !== undefined) remember(this.#tasks, pid, line);
    else if (cpu !== undefined) remember(this.#cpus, cpu, line);
    else this.#everywhere = line;
  }

  /** Whether something may be missing since that line, of the task or of the CPUs where it began and where it ends. */
  hides(since: number, pid: number | undefined, from: number, to: number): boolean {
    if (!this.#any) return false;
    if (this.#everywhere > since || (this.#cpus.get(from) ?? 0) > since || (this.#cpus.get(to) ?? 0) > since)
      return true;
    return pid !== undefined && (this.#tasks.get(pid) ?? 0) > since;
  }
}
