/** Returns a promise that resolves after so long, or never, or as soon as the function it hands out is called. */
export function pause(ms: number | undefined, hand: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    hand(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
