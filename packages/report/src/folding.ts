/** Folding of prose: lines are broken at spaces, so that none is wider than the page. A longer word stays whole. */
import { textWidth } from './text-width.ts';

/** Returns `text` in lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  return packed(text.split(' '), ' ', width);
}

/** Returns the parts in lines of at most `width` columns, those of a line with `between` between them. */
export function packed(parts: readonly string[], between: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const part of parts) {
    const size = textWidth(part);
    if (line !== '' && used + between.length + size > width) {
      lines.push(line);
      [line, used] = [part, size];
    } else if (line === '') [line, used] = [part, size];
    else [line, used] = [line + between + part, used + between.length + size];
  }
  return [...lines, line];
}

/** Returns the lines, those that are too long folded: what follows is indented by two more than its beginning. */
export function foldLines(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => {
    if (textWidth(line) <= width) return [line];
    const indent = indentOf(line);
    const [first = '', ...rest] = wrap(line.slice(indent.length), width - indent.length - 2);
    return [indent + first, ...rest.map((each) => `${indent}  ${each}`)];
  });
}

/**
 * Returns prose with its paragraphs wrapped. As in Markdown, a paragraph goes on to the next empty line, however its
 * source is broken; lines that begin with a space stay lines, and are folded if they are too long.
 */
export function reflow(text: string, width: number): string {
  const lines: string[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) lines.push(...wrap(paragraph.join(' '), width));
    paragraph = [];
  };
  for (const line of text.split('\n'))
    if (line === '' || line.startsWith(' ')) {
      endParagraph();
      lines.push(...foldLines([line], width));
    } else paragraph.push(line);
  endParagraph();
  return lines.join('\n');
}

/**
 * Returns `before` and a shell command behind it; if that is too long, the command below it, broken as a shell takes
 * it.
 */
export function commandLines(before: string, command: string, width: number): string[] {
  const line = `${before} ${command}`;
  if (textWidth(line) <= width) return [line];
  const parts = packed(shellWords(command), ' ', width - 6);
  return [before, ...parts.map((part, i) => `${i === 0 ? '  ' : '    '}${part}${i < parts.length - 1 ? ' \\' : ''}`)];
}

/** Splits at spaces that are not in single quotes; an option and its value stay together. */
function shellWords(command: string): string[] {
  const words: string[] = [];
  let quoted = false;
  for (const word of command.split(' ')) {
    const last = words.at(-1);
    const isValue = last?.startsWith('--') && !last.includes(' ') && !word.startsWith('--');
    if (last !== undefined && (quoted || isValue)) words[words.length - 1] = `${last} ${word}`;
    else words.push(word);
    if (word.split("'").length % 2 === 0) quoted = !quoted;
  }
  return words;
}

function indentOf(line: string): string {
  let end = 0;
  while (line[end] === ' ') end += 1;
  return line.slice(0, end);
}
