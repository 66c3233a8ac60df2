/** The parts of the timeline: the elements that are painted, moved and listened to. */

export interface TimelineParts {
  readonly root: HTMLElement;
  readonly map: HTMLCanvasElement;
  readonly axis: HTMLCanvasElement;
  readonly bars: HTMLCanvasElement;
  readonly notes: HTMLCanvasElement;
  readonly body: HTMLElement;
  readonly sight: HTMLElement;
  readonly future: HTMLElement;
  readonly fork: HTMLElement;
  readonly line: HTMLElement;
  readonly flag: HTMLElement;
}

/** Returns the parts of a section, by their `data-part`. */
export function timelineParts(root: HTMLElement): TimelineParts {
  const part = (name: string): HTMLElement => {
    const element = root.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (element === null) throw new Error(`the timeline has no part ${name}`);
    return element;
  };
  const canvas = (name: string): HTMLCanvasElement => {
    const element = part(name);
    if (!(element instanceof HTMLCanvasElement)) throw new Error(`the timeline's part ${name} is no canvas`);
    return element;
  };
  return {
    root,
    map: canvas('map'),
    axis: canvas('axis'),
    bars: canvas('bars'),
    notes: canvas('notes'),
    body: part('body'),
    sight: part('sight'),
    future: part('future'),
    fork: part('fork'),
    line: part('line'),
    flag: part('flag'),
  };
}
