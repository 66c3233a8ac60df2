/** The teller of a run's findings while it goes on: all of them again as soon as one is told otherwise than before. */
import { findingStories, type ReportNames, type Story } from '@dragon/report';

export class StoryTeller {
  readonly #names: ReportNames;
  #told = '[]';

  constructor(names: ReportNames) {
    this.#names = names;
  }

  /** Returns the stories of all findings; undefined if they are those that were told last. */
  changed(found: Parameters<typeof findingStories>[0]): readonly Story[] | undefined {
    if (found.result.findings.length === 0) return undefined;
    const stories = findingStories(found, this.#names).filter((each) => each !== undefined);
    const told = JSON.stringify(stories);
    if (told === this.#told) return undefined;
    this.#told = told;
    return stories;
  }
}
