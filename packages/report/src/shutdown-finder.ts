/** The finder of a shutdown of the file system: when and where the kernel did it. It is a fact, and no finding. */
import type { Finder, Finding, Json, TraceHit, VirtualTime } from '@dragon/engine';
import type { ShutdownPlace, TracepointFields, TracepointName } from '@dragon/kernel';

const SHUTDOWN = 'fs_shutdown' satisfies TracepointName;

export interface FsShutdown {
  readonly atNs: VirtualTime;
  readonly where: ShutdownPlace;
}

export class ShutdownFinder implements Finder {
  readonly ends = false;
  readonly tracepoints = [SHUTDOWN];
  #shutdown: FsShutdown | null = null;

  hit({ at, fields }: TraceHit): void {
    this.#shutdown = { atNs: at, where: (fields as TracepointFields[typeof SHUTDOWN]).where };
  }

  check(): readonly Finding[] {
    return [];
  }

  save(): Json {
    return this.#shutdown as unknown as Json;
  }

  restore(saved: Json): void {
    this.#shutdown = saved as unknown as FsShutdown | null;
  }

  /** null if the file system is up. */
  get shutdown(): FsShutdown | null {
    return this.#shutdown;
  }
}
