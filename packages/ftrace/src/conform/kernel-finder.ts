/**
 * Finder of the kernel that wrote a trace: no event says its release, but the form of the shrinkers' events does, and
 * each call whose numbers only one kernel computes so.
 */
import { type KernelEvent, numberOf, type RecordedEvent, textOf } from '../kernel-event.ts';
import { callOf } from './slab-call.ts';
import { knownShrinker, seeksOf } from './shrinker-table.ts';
import { NEWEST, type Release, releaseOf, SLAB_KERNELS, type SlabKernel, slabKernelsOf } from './slab-kernel.ts';

type Started = RecordedEvent<'mm_shrink_slab_start'>;
type Ended = RecordedEvent<'mm_shrink_slab_end'>;

/** `by`: what told; of `arithmetic`, so many numbers fit this kernel only, and so many do not fit it. */
export type FoundKernel = {
  readonly kernel: SlabKernel;
  readonly by: 'option' | 'header' | 'form' | 'inodegc' | 'arithmetic' | 'nothing';
  readonly fit: number;
  readonly misfit: number;
};

export class KernelFinder {
  /** What the user says, or the head of the trace. */
  #told: { readonly kernels: readonly SlabKernel[]; readonly by: 'option' | 'header' } | undefined;
  readonly #votes = SLAB_KERNELS.map(() => 0);
  readonly #calls = new Map<number, Started[]>();
  #form: SlabKernel['form'] | undefined;
  #telling = 0;
  #inodegc = false;

  /** `release`: what the user says it is. */
  constructor(release?: Release) {
    if (release !== undefined) this.#told = { kernels: slabKernelsOf(release), by: 'option' };
  }

  event(event: KernelEvent): void {
    if (event.event === 'mm_shrink_slab_start') this.#start(event);
    else if (event.event === 'mm_shrink_slab_end') this.#end(event);
    else if (event.event === 'xfs_inodegc_queue' || event.event === 'xfs_inodegc_worker') this.#inodegc = true;
  }

  /** The head of the trace says which kernel it is; the user knows better. */
  header(text: string): void {
    const release = releaseOf(text);
    if (release !== undefined) this.#told ??= { kernels: slabKernelsOf(release), by: 'header' };
  }

  get found(): FoundKernel {
    const formed = SLAB_KERNELS.filter(({ form }) => form === (this.#form ?? 'priority'));
    const told = this.#told?.kernels.filter(({ form }) => this.#form === undefined || form === this.#form) ?? [];
    // What the events themselves say is believed rather than what anybody says of them.
    const possible = told.length > 0 ? told : formed;
    const [newest = NEWEST] = possible;
    if (this.#inodegc && told.length === 0) return { kernel: newest, by: 'inodegc', fit: 0, misfit: 0 };
    const votes = (kernel: SlabKernel) => this.#votes[SLAB_KERNELS.indexOf(kernel)] ?? 0;
    const kernel = possible.reduce((best, each) => (votes(each) > votes(best) ? each : best), newest);
    const fit = votes(kernel);
    const misfit = this.#telling - fit;
    if (told.length > 0) return { kernel, by: this.#told?.by ?? 'header', fit, misfit };
    if (this.#telling > 0) return { kernel, by: 'arithmetic', fit, misfit };
    return { kernel, by: this.#form === 'lru' ? 'form' : 'nothing', fit, misfit };
  }

  #start(event: Started): void {
    this.#form ??= Number.isNaN(numberOf(event, 'priority')) ? 'lru' : 'priority';
    const calls = this.#calls.get(event.pid) ?? [];
    calls.push(event);
    this.#calls.set(event.pid, calls);
    const info = knownShrinker(textOf(event, 'shrink'));
    if (info === undefined) return;
    const [call, delta, total] = [callOf(event), numberOf(event, 'delta'), numberOf(event, 'totalScan')];
    this.#vote((kernel) =>
      seeksOf(info.id).some((seeks) => {
        const scan = kernel.begin({ ...info, seeks }, call);
        return scan.delta === delta && scan.total === total;
      }),
    );
  }

  #end(event: Ended): void {
    const calls = this.#calls.get(event.pid) ?? [];
    const index = calls.findLastIndex((call) => textOf(call, 'shr') === textOf(event, 'shr'));
    const [start] = index < 0 ? [] : calls.splice(index);
    if (calls.length === 0) this.#calls.delete(event.pid);
    if (start === undefined) return;
    const { freeable, nrDeferred } = callOf(start);
    const [delta, total, left] = [numberOf(start, 'delta'), numberOf(start, 'totalScan'), numberOf(event, 'totalScan')];
    const scan = { freeable, nrDeferred, delta, total: left, scanned: total - left, freed: 0, stopped: false };
    this.#vote((kernel) => kernel.deferred(scan) === numberOf(event, 'newScan'));
  }

  /** What fits all kernels, or none, tells nothing. */
  #vote(fits: (kernel: SlabKernel) => boolean): void {
    const formed = SLAB_KERNELS.filter(({ form }) => form === this.#form);
    const fitting = formed.filter(fits);
    if (fitting.length === 0 || fitting.length === formed.length) return;
    this.#telling += 1;
    for (const kernel of fitting) {
      const index = SLAB_KERNELS.indexOf(kernel);
      this.#votes[index] = (this.#votes[index] ?? 0) + 1;
    }
  }
}
