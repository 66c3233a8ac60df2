/** The tooltip of the timeline: what is under the pointer. */
import type { Signal } from '@preact/signals';

/** Where the pointer is: on the screen, and on the lanes. */
export interface Tip {
  readonly left: number;
  readonly top: number;
  readonly x: number;
  readonly y: number;
}

export function TimelineTip({ tip }: { readonly tip: Signal<Tip | undefined> }) {
  void tip.value;
  return null;
}
