/** Parts of the glossary: terms with what they mean, under a title. */

/** A term, its other names, and what it means, with code between backticks. */
export interface GlossaryEntry {
  readonly terms: readonly string[];
  readonly meaning: string;
}

export interface GlossaryPart {
  readonly title: string;
  readonly entries: readonly GlossaryEntry[];
}
