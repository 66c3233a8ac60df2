/** Sentence of a report in pieces: a page shows which of them name a task or a resource, a terminal prints the text. */
import type { AgentId } from '@dragon/engine';

/** A part of a sentence; of a task's or a resource's name, whose it is. */
export interface Piece {
  readonly text: string;
  readonly agent?: AgentId | undefined;
  readonly resource?: string | undefined;
}

export type Sentence = readonly Piece[];

type Part = string | number | Piece | Sentence;

/** Returns the sentence that a template makes of texts, names and sentences. */
export function sentence(texts: TemplateStringsArray, ...parts: readonly Part[]): Sentence {
  return merged(texts.flatMap((text, i) => [{ text }, ...piecesOf(parts[i] ?? '')]));
}

/** Returns the sentences as one, with `between` between them. */
export function joinedSentences(sentences: readonly Sentence[], between: string): Sentence {
  return merged(sentences.flatMap((each, i) => (i === 0 ? each : [{ text: between }, ...each])));
}

/** Returns `a`, `a and b` or `a, b and c`. */
export function listed(sentences: readonly Sentence[]): Sentence {
  const last = sentences.at(-1) ?? [];
  if (sentences.length < 2) return last;
  return merged([...joinedSentences(sentences.slice(0, -1), ', '), { text: ' and ' }, ...last]);
}

/** Returns the sentence as it is printed. */
export function plainText(pieces: Sentence): string {
  return pieces.map(({ text }) => text).join('');
}

function piecesOf(part: Part): Sentence {
  if (typeof part === 'string' || typeof part === 'number') return [{ text: String(part) }];
  return 'text' in part ? [part] : part;
}

/** Texts that name nothing are one piece where they meet; empty ones go. */
function merged(pieces: readonly Piece[]): Sentence {
  const kept: Piece[] = [];
  for (const piece of pieces) {
    const last = kept.at(-1);
    if (piece.text === '') continue;
    if (last !== undefined && isPlain(last) && isPlain(piece)) kept[kept.length - 1] = { text: last.text + piece.text };
    else kept.push(piece);
  }
  return kept;
}

const isPlain = ({ agent, resource }: Piece): boolean => agent === undefined && resource === undefined;
