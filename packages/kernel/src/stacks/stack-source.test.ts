/** Tests of what a report says of a stack's origin. */
import { expect, test } from 'vitest';
import { stackSource } from './stack-source.ts';
import { STACKS } from './stacks.ts';

test('the stack of a dump is of that kernel, and of no other', () => {
  const { frames } = STACKS.throttled.kswapd;
  expect(stackSource(frames, '6.1.0-djwong')).toBe('frames as Linux 6.1.192 prints them');
  expect(stackSource([...frames], '6.7.0')).toBe('reconstructed: Linux 6.1.192 prints it so, 6.7.0 may not');
});

test('a stack that is partly of a public report says of which', () => {
  expect(stackSource(STACKS.throttled.inodegcAllocation.frames, '6.1.0')).toBe(
    'frames as Linux 6.1.192 prints them, part from 5.19 (https://lore.kernel.org/r/20220706154609.GA29941@fieldses.org), ' +
      'part from 6.1 (https://git.kernel.org/torvalds/c/4da112513c01)',
  );
});

test('a stack that nobody has seen printed says what it was inferred from', () => {
  expect(stackSource(STACKS.repair.unregistering.inTransaction.rwsem.frames, '6.1.0-djwong')).toBe(
    'reconstructed: the repair branch of December 2022',
  );
  expect(stackSource(STACKS.trimming.kswapd.frames, '5.13.0')).toBe(
    'reconstructed: fs/xfs before 5.15, and reports of 4.18 and 5.10',
  );
});

test("a stack of somebody's own agent is of nowhere", () => {
  expect(stackSource(['down', 'my_function'], '6.1.0')).toBe(null);
});
