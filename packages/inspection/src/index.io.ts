/** The names of @dragon/inspection that wait for something: for what runs in another thread. */
export { ChartLayouter } from './chart/chart-layouter.io.ts';
