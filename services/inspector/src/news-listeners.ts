/** Listeners to the news of a run: one that throws harms neither the run nor the others. */
import type { RunNews, Stop } from './watched-run.ts';

export class NewsListeners {
  readonly #listeners = new Set<(news: RunNews) => void>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(listener: (news: RunNews) => void): Stop {
    // One function may listen twice.
    const own = (news: RunNews) => listener(news);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(news: RunNews): void {
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
