/** The one loop of the page that is called for every frame. */

/** Calls `frame` before each repaint with the seconds since the last one: at most a tenth, however long it was. */
export function frameLoop(frame: (elapsedSeconds: number) => void): void {
  let before = performance.now();
  const next = (now: number): void => {
    frame(Math.min(0.1, (now - before) / 1_000));
    before = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}
