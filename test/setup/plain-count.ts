/** Vitest reporter whose only line, the last of a run, is the plain count: `N passed, N failed`. */
import type { Reporter } from 'vitest/node';

export const plainCount: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string) => states.filter((each) => each === state).length;
    const failed = count('failed') + modules.flatMap((module) => module.errors()).length + unhandledErrors.length;
    const skipped = states.length - count('passed') - count('failed');
    console.log(`${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  },
};
