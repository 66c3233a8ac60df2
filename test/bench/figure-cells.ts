/** The cells of a figure's row, as the terminal and the page show them. */
import { type Figure, reached } from './figure.ts';

export interface FigureCells {
  readonly about: string;
  readonly value: string;
  /** The lowest and the highest turn. */
  readonly turns: string;
  readonly reach: string;
  readonly aim: string;
  readonly met: string;
}

const MET = { aim: 'aim', reached: 'yes', 'not reached': 'NO' } as const;

export function figureCells(figure: Figure): FigureCells {
  const { about, value, unit, spread, goal } = figure;
  const met = reached(figure);
  const mark = (text: number | undefined) =>
    goal === undefined || text === undefined ? '' : `${goal.better === 'lower' ? '<' : '>'} ${shortNumber(text)}`;
  return {
    about,
    value: `${shortNumber(value)} ${unit}`,
    turns: spread === undefined ? '' : spread[0] === spread[1] ? 'one turn' : spread.map(shortNumber).join('..'),
    reach: mark(goal?.reach),
    aim: mark(goal?.aim),
    met: met === undefined ? '' : MET[met],
  };
}

/** Returns figures with the same peer together, in the order in which the peers come first. */
export function groupsOf(
  figures: readonly Figure[],
): readonly { readonly against: string; readonly figures: readonly Figure[] }[] {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) groups.set(figure.against, [...(groups.get(figure.against) ?? []), figure]);
  return [...groups].map(([against, those]) => ({ against, figures: those }));
}

/** `12,345`, `12.3`, `1.23`, `0.071`: digits that mean something, and no more. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  if (size >= 10) return value.toFixed(1);
  return String(Number(size >= 1 ? value.toFixed(2) : value.toPrecision(2)));
}
