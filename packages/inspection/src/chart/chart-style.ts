/** The style sheet of a chart's drawing: one for the page, whose colours are its variables, and for pictures. */
import type { ThemeToken } from '../theme.ts';
import { CHART_SIZES } from './elk-graph.ts';

const SANS = 'Inter, "Segoe UI", system-ui, sans-serif';
const MONO = '"JetBrains Mono", ui-monospace, Consolas, monospace';

/** Returns the rules; `color` gives what stands for a token. */
export function chartStyle(color: (token: ThemeToken) => string): string {
  const look = (name: string, stroke: ThemeToken, fill = color(stroke)) =>
    `.chart .active.look-${name} rect { stroke: ${color(stroke)} }
.chart .active.look-${name} .tint { fill: ${fill} }`;
  return `.chart { font: 400 ${CHART_SIZES.name}px ${MONO}; font-variant-numeric: tabular-nums }
.chart text { fill: ${color('text2')}; stroke: none }
.chart .box rect { fill: ${color('panel')}; stroke: ${color('line2')}; stroke-width: 1 }
.chart .box.open rect { fill: ${color('bg')} }
.chart .box .tint { fill: none; stroke: none; fill-opacity: .16 }
.chart .box.closed .below { fill: ${color('text3')} }
.chart .box.visited rect, .chart .box.around rect { stroke: ${color('text2')} }
.chart .box.visited text, .chart .box.around text { fill: ${color('text')} }
.chart .box.around .name { font-weight: 650 }
.chart .box.active rect { stroke-width: 2.5 }
.chart .box.active text { fill: ${color('text')}; font-weight: 650 }
${look('run', 'run')}
${look('ready', 'run')}
${look('wait', 'wait')}
${look('find', 'find')}
${look('sleep', 'text', color('sleep'))}
${look('exit', 'text', color('exit'))}
${look('part', 'text', color('sleep'))}
.chart .blocked { fill: ${color('wait')}; stroke: none }
.chart .sleeping { fill: ${color('sleep')}; stroke: none }
.chart .fold { fill: none; stroke: ${color('text3')}; stroke-width: 1.5 }
.chart .start { fill: ${color('text3')}; stroke: none }
.chart .anywhere { fill: none; stroke: ${color('text3')}; stroke-width: 1.5 }
.chart .line path { fill: none; stroke: ${color('line2')}; stroke-width: 1.25; stroke-linejoin: round }
.chart .line .tip { fill: ${color('line2')}; stroke: none }
.chart .line rect { fill: ${color('bg')} }
.chart .line text { font-family: ${SANS}; font-size: ${CHART_SIZES.label}px; text-anchor: middle }
.chart .box .below { font-family: ${SANS}; font-size: ${CHART_SIZES.label}px }
.chart .line.visited path { stroke: ${color('text3')}; stroke-width: 1.75 }
.chart .line.visited .tip { fill: ${color('text3')} }
.chart .line.visited text { fill: ${color('text')} }
.chart .line.possible path { stroke: ${color('text2')}; stroke-width: 1.75; stroke-dasharray: 5 3 }
.chart .line.possible .tip { fill: ${color('text2')} }
.chart .line.possible text { fill: ${color('text')} }
.chart .line.out path { stroke: ${color('line2')}; stroke-width: 1; stroke-dasharray: 1 4 }
.chart .line.out .tip { fill: ${color('line2')} }
.chart .line.out text { fill: ${color('text3')} }
.chart .line.taken path { stroke: ${color('text')}; stroke-width: 3; stroke-dasharray: none }
.chart .line.taken .tip { fill: ${color('text')} }
.chart .line.taken text { fill: ${color('text')}; font-weight: 650 }
`;
}
