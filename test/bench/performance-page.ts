/**
 * The page docs/performance.md: prose by hand, and between markers what a run of the benches has measured, made of the
 * figures that are kept beside it.
 */
import { dotPlotFile, type Mark } from '@dragon/compare';
import type { Bench } from './bench.ts';
import { BENCHES } from './benches.ts';
import type { Figure } from './figure.ts';
import { figureCells, groupsOf, shortNumber } from './figure-cells.ts';
import type { BenchResult, Machine } from './run-bench.ts';

export const PAGE = 'docs/performance.md';

/** Figures and plots, relative to the root. */
export const PAGE_FOLDER = 'docs/performance';

/** What is kept of the runs that the page shows: the last of each bench. */
export interface KeptResults {
  readonly benches: readonly (BenchResult & { readonly machine: Machine })[];
}

/** Returns what is kept after a run of some benches. */
export function keptAfter(before: KeptResults, results: readonly BenchResult[], machine: Machine): KeptResults {
  const all = new Map(before.benches.map((each) => [each.bench, each]));
  for (const result of results) all.set(result.bench, { ...result, machine });
  // In the order of the list, and without a bench that is no more.
  return { benches: BENCHES.flatMap(({ name }) => all.get(name) ?? []) };
}

/** Returns the page with these figures. Throws if it has no place for a bench. */
export function performancePage(page: string, { benches }: KeptResults): string {
  const figures = benches.flatMap((result) => result.figures);
  const filled = between(page, 'marks', marksTable(figures));
  return benches.reduce((text, result) => between(text, `bench ${result.bench}`, resultBlock(result)), filled);
}

/** Returns the plots by their file names. */
export function performancePlots({ benches }: KeptResults): ReadonlyMap<string, string> {
  const figures = benches.flatMap((result) => result.figures);
  const plots = BENCHES.flatMap((bench): [string, string][] => {
    const plot = benchPlot(bench, figures);
    return plot === undefined ? [] : [[`${bench.name}.svg`, plot]];
  });
  return new Map([['marks.svg', marksPlot(figures)], ...plots]);
}

function between(page: string, name: string, block: string): string {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [start, end] = [page.indexOf(opening), page.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`${PAGE} has no place for '${name}': it needs ${opening} … ${closing}`);
  return `${page.slice(0, start)}${opening}\n${block}\n${page.slice(end)}`;
}

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The name of a figure begins with that of its bench. */
const benchOf = ({ name }: Figure) => name.slice(0, name.indexOf('.'));

/** All figures that something is asked of. */
function marksTable(figures: readonly Figure[]): string {
  const asked = figures.filter(({ goal }) => goal !== undefined);
  const rows = asked.map((figure) => {
    const { about, value, turns, reach, aim, met } = figureCells(figure);
    return [benchOf(figure), about, figure.against, value, turns, reach, aim, met];
  });
  return tableOf(['bench', 'figure', 'against', 'value', 'turns', 'to reach', 'aim', 'met'], rows);
}

function resultBlock({ bench, figures, leftOut, seconds, machine }: KeptResults['benches'][number]): string {
  const rows = groupsOf(figures).flatMap(({ against, figures: those }) =>
    those.map((figure, i) => {
      const { about, value, turns } = figureCells(figure);
      return [about, value, turns, i === 0 ? against : '〃'];
    }),
  );
  const { node, cpu, cores } = machine;
  const many = `${cores} ${cores === 1 ? 'core' : 'cores'}`;
  const how = `\`pnpm bench ${bench}\`: ${shortNumber(seconds)} s on ${cpu}, ${many}, Node ${node}.`;
  const lines = [
    tableOf(['figure', 'value', 'turns', 'against'], rows),
    how,
    ...leftOut.map((why) => `Left out: ${why}.`),
  ];
  return lines.join('\n\n');
}

/** How far each figure is from what is to be reached, which is at 1. */
function marksPlot(figures: readonly Figure[]): string {
  const rows = BENCHES.flatMap(({ name }) => {
    const asked = figures.filter((figure) => figure.goal !== undefined && benchOf(figure) === name);
    return asked.length === 0 ? [] : [{ label: name, marks: asked.map(markOverGoal) }];
  });
  return dotPlotFile({
    title: 'How far each figure has come',
    caption: 'As a multiple of what is to be reached (|); ○ the aim',
    scale: 'rate',
    labelWidth: 270,
    rows,
  });
}

function markOverGoal(figure: Figure): Mark {
  const { about, value, spread, goal } = figure;
  if (goal === undefined) throw new Error(`nothing is asked of ${figure.name}`);
  const over = (one: number) => (goal.better === 'higher' ? one / goal.reach : goal.reach / one);
  const ends = spread?.map(over);
  return {
    label: about,
    value: over(value),
    ...(ends && { interval: { low: Math.min(...ends), high: Math.max(...ends) } }),
    stroke: 1,
    hollow: goal.aim === undefined ? undefined : over(goal.aim),
    text: figureCells(figure).value,
  };
}

/** Returns the plot of a bench; undefined if it has none, or none of its figures is there. */
function benchPlot({ plot }: Bench, figures: readonly Figure[]): string | undefined {
  const rows = (plot?.rows ?? []).map(({ label, prefix }) => ({
    label,
    marks: figures.filter(({ name }) => name.startsWith(`${prefix}.`)).map(markOf),
  }));
  const filled = rows.filter(({ marks }) => marks.length > 0);
  return plot === undefined || filled.length === 0
    ? undefined
    : dotPlotFile({ ...plot, labelWidth: 230, rows: filled });
}

function markOf(figure: Figure): Mark {
  const { about, value, spread } = figure;
  return {
    label: about,
    value,
    ...(spread && { interval: { low: spread[0], high: spread[1] } }),
    text: figureCells(figure).value,
  };
}
