/** The request to record a fork: its plan, and from which run it forks off. */
import { planDigest } from '@dragon/engine';
import { type ForkAnswer, type ForkRequest, FORKS_PATH, type RecordOpening, type RunRecord } from '@dragon/inspection';
import { faultsOf } from '@dragon/kernel';
import type { PageState } from './page-state.ts';

/** `original`: the run without any fault, as far as it is known. */
export function forkRequest({ plan, heading, command }: RecordOpening, original: RunRecord | undefined): ForkRequest {
  const [first] = faultsOf(plan);
  if (first === undefined || original === undefined || faultsOf(original.plan).length > 0)
    return { plan, subject: { heading, command } };
  const fork = { parent: planDigest(original.plan), at: first.at, events: original.lastRow(first.at - 1) + 1 };
  return { plan, subject: { heading, command, fork } };
}

/** Has a fork recorded where the run is watched, if this page may, and says where it is. */
export async function recordFork(state: PageState, fork: ForkRequest): Promise<void> {
  const token = state.feed.value?.token ?? null;
  if (token === null) return;
  try {
    const response = await fetch(FORKS_PATH, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(fork),
    });
    const answer = (await response.json()) as Partial<ForkAnswer> & { readonly why?: string };
    if (response.ok) state.said.value = `Recorded: dragon replay ${answer.file}`;
    else state.tell(answer.why ?? 'The fork could not be recorded.');
  } catch {
    state.tell('The fork could not be recorded: the inspector is not there.');
  }
}
