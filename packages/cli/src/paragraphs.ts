/** Prose and tables that keep within the width of a terminal. */
import { textTable } from '@dragon/report';

/** No line of the command's own prose and tables is longer, and none than the terminal is wide, if that can be. */
export const WIDTH = Math.max(60, Math.min(100, process.stdout.columns || 100));

/** Returns `text` in lines of at most `width` characters, broken at spaces. */
export function wrap(text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Returns a table whose last column is wrapped, so that every line keeps within `WIDTH`. */
export function wrappedTable(rows: readonly (readonly [...columns: string[], prose: string])[], indent = ''): string[] {
  const columns = Math.max(...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const left = indent.length + widths.reduce((sum, width) => sum + width + 2, 0);
  const broken = rows.flatMap((row) => {
    const [first = '', ...rest] = wrap(row.at(-1) ?? '', WIDTH - left);
    return [[...row.slice(0, -1), first], ...rest.map((line) => [...widths.map(() => ''), line])];
  });
  return textTable(broken, indent);
}

/**
 * Returns the line, or, if it is too long, the lines it is folded into at spaces, all but the first indented by two
 * more.
 */
export function fold(line: string): string[] {
  if (line.length <= WIDTH) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const [first = '', ...rest] = wrap(line.slice(indent.length), WIDTH - indent.length - 2);
  return [indent + first, ...rest.map((each) => `${indent}  ${each}`)];
}

/**
 * Returns prose with its paragraphs wrapped. As in Markdown, a paragraph goes on to the next empty line, however its
 * source is broken; lines that begin with a space stay lines, and are folded if they are too long.
 */
export function reflow(text: string): string {
  const lines: string[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) lines.push(...wrap(paragraph.join(' ')));
    paragraph = [];
  };
  for (const line of text.split('\n'))
    if (line === '' || line.startsWith(' ')) {
      endParagraph();
      lines.push(...fold(line));
    } else paragraph.push(line);
  endParagraph();
  return lines.join('\n');
}
