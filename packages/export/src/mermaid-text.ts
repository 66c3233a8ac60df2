/** Texts in Mermaid's language: whatever stands in them is shown, and nothing of it is obeyed. */
import type { Json, Message } from '@dragon/engine';

/** What stands for itself beside letters and digits. */
const PLAIN = ' ._,/()[]+*=-';

/** Returns the text with every other character as an entity, as in `#59;`. */
export function mermaidText(text: string): string {
  return Array.from(text, (character) => (isPlain(character) ? character : entity(character))).join('');
}

/** Returns a message in one line: its type, and those of its fields that are short. */
export function messageWords({ type, ...fields }: Message): string {
  const words = Object.entries(fields).flatMap(([name, value]) => fieldWords(name, value) ?? []);
  return words.length === 0 ? type : `${type} ${words.join(', ')}`;
}

function fieldWords(name: string, value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === false) return undefined;
  if (value === true) return name;
  if (typeof value !== 'object') return `${name} ${value}`;
  return Array.isArray(value) ? `${value.length} ${name}` : undefined;
}

function isPlain(character: string): boolean {
  const isLetter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
  return isLetter || (character >= '0' && character <= '9') || PLAIN.includes(character);
}

const entity = (character: string): string => `#${character.codePointAt(0) ?? 0};`;
