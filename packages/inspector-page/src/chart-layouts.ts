/** Layouts of charts for the page: made by ELK in a worker of its own, which is loaded with the first chart. */
import { type ChartGraph, type ChartLayout, type MeasureText } from '@dragon/inspection';
import { ChartLayouter } from '@dragon/inspection/io';
import Elk from 'elkjs/lib/elk-api.js';
import { openWorker } from './open-worker.ts';

let layouter: ChartLayouter | undefined;

/** Returns the layout of a chart that has been laid out before; undefined if it has not. */
export const knownLayout = (graph: ChartGraph): ChartLayout | undefined => layouter?.known(graph);

/** Returns the layout of a chart. */
export function layOut(graph: ChartGraph): Promise<ChartLayout> {
  layouter ??= new ChartLayouter(new Elk.default({ workerFactory: () => openWorker('elk-worker') }), textMeasure());
  return layouter.layOut(graph);
}

/** Returns what measures texts in the fonts of the page, at a root font of 16 px. */
function textMeasure(): MeasureText {
  const brush = document.createElement('canvas').getContext('2d');
  const style = getComputedStyle(document.documentElement);
  const fonts = {
    name: `650 12px ${style.getPropertyValue('--mono')}`,
    label: `650 11px ${style.getPropertyValue('--sans')}`,
  };
  return (text, font) => {
    if (brush === null) return text.length * 8;
    brush.font = fonts[font];
    return brush.measureText(text).width;
  };
}
