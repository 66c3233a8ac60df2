/**
 * Focus of the keyboard: Tab goes from panel to panel, each is one stop, and arrows go to what lies next inside of it.
 */
import type { PageState } from './page-state.ts';

const PANELS = '.bar, .finding, .rail, .stage, .cards, .tour, .timeline';
const STOPS = 'button, select, input, a[href], [tabindex]';

/** Where each panel was left. */
const left = new WeakMap<Element, HTMLElement>();

export function listenToFocus(state: PageState): void {
  addEventListener('focusin', ({ target }) => {
    const panel = target instanceof Element ? target.closest(PANELS) : null;
    if (panel !== null && target instanceof HTMLElement) left.set(panel, target);
  });
  addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element))
      return;
    if (state.sheet.value !== undefined) return;
    if (key === 'Tab') tab(event, target);
    else if (key.startsWith('Arrow') && target.closest('input, select, textarea') === null) walk(event, target);
  });
}

/** At the last panel the browser goes on by itself, out of the page. */
function tab(event: KeyboardEvent, from: Element): void {
  const panels = [...document.querySelectorAll(PANELS)].filter((panel) => stopsIn(panel).length > 0);
  const here = panels.findIndex((panel) => panel.contains(from));
  const next = panels[event.shiftKey ? (here < 0 ? panels.length : here) - 1 : here + 1];
  const stops = next === undefined ? [] : stopsIn(next);
  const before = next && left.get(next);
  const stop = before !== undefined && stops.includes(before) ? before : (chosen(stops) ?? stops[0]);
  if (stop === undefined) {
    if (here >= 0) leave(panels[here], event.shiftKey);
    return;
  }
  event.preventDefault();
  stop.focus();
}

/** Stands at the end of the panel, from where the browser's own step leaves the page. */
function leave(panel: Element | undefined, isBack: boolean): void {
  const stops = panel === undefined ? [] : stopsIn(panel);
  (isBack ? stops[0] : stops.at(-1))?.focus();
}

const chosen = (stops: readonly HTMLElement[]): HTMLElement | undefined =>
  stops.find((stop) => stop.getAttribute('aria-selected') === 'true');

/** Goes to the nearest stop in the direction of the arrow. */
function walk(event: KeyboardEvent, from: Element): void {
  const panel = from.closest(PANELS);
  if (panel === null || !(from instanceof HTMLElement)) return;
  const dx = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
  const dy = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
  const start = middleOf(from);
  let best: HTMLElement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const stop of stopsIn(panel)) {
    if (stop === from) continue;
    const to = middleOf(stop);
    const along = (to.x - start.x) * dx + (to.y - start.y) * dy;
    const across = Math.abs((to.x - start.x) * dy + (to.y - start.y) * dx);
    const way = along + 3 * across;
    if (along > 1 && way < least) [best, least] = [stop, way];
  }
  if (best === undefined) return;
  event.preventDefault();
  best.focus();
}

function middleOf(element: Element): { readonly x: number; readonly y: number } {
  const { left: x, top, width, height } = element.getBoundingClientRect();
  return { x: x + width / 2, y: top + height / 2 };
}

const stopsIn = (panel: Element): HTMLElement[] =>
  [...panel.querySelectorAll<HTMLElement>(STOPS)].filter(
    (stop) => !stop.matches(':disabled') && stop.getClientRects().length > 0,
  );
