/** The first difference of two runs, from the side of the one that is shown. */
import type { TraceDiff } from '@dragon/report';
import type { PageState } from './page-state.ts';

/** Undefined until it is known. A fork that is shown is compared with its original, not the original with it. */
export function shownDifference({ difference: { value }, isSwapped }: PageState): TraceDiff | undefined {
  if (value === undefined || value.equal || !isSwapped.value) return value;
  const fields = value.fields.map(({ left, right, ...field }) => ({ ...field, left: right, right: left }));
  return { ...value, left: value.right, right: value.left, fields };
}
