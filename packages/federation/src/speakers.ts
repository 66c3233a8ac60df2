/** The names on the wire: who may say what, and which names a federate cannot have. */
import { FederationError } from './federation-error.ts';
import type { FrameKind } from './frame.ts';
import { checkName } from './subjects.ts';

export const COORDINATOR = 'coordinator';
const WATCHER = 'watcher-';

type Speaker = 'coordinator' | 'federate' | 'watcher' | 'any';

const SPEAKERS: { readonly [K in FrameKind]: Speaker } = {
  hello: 'federate',
  pulse: 'coordinator',
  place: 'coordinator',
  placed: 'federate',
  events: 'federate',
  grant: 'coordinator',
  report: 'federate',
  busy: 'federate',
  save: 'coordinator',
  saved: 'federate',
  resend: 'federate',
  finish: 'coordinator',
  finished: 'federate',
  fault: 'federate',
  abort: 'coordinator',
  goodbye: 'coordinator',
  watch: 'watcher',
  unwatch: 'watcher',
  present: 'federate',
  seen: 'federate',
  joining: 'coordinator',
  planned: 'coordinator',
  progress: 'coordinator',
  over: 'coordinator',
  pace: 'watcher',
  part: 'any',
};

/** Returns true if somebody with this name may send such a frame. */
export function maySay(name: string, kind: FrameKind): boolean {
  const speaker = SPEAKERS[kind];
  return speaker === 'any' || speaker === speakerNamed(name);
}

/** Returns a name that no other watcher has. */
export const newWatcherName = (): string => `${WATCHER}${crypto.randomUUID()}`;

/** Throws unless a federate can have this name. */
export function checkFederateName(name: string): void {
  checkName('federate', name);
  if (speakerNamed(name) !== 'federate')
    throw new FederationError('bad-frame', `federate ${name}: coordinators and watchers have such names`);
}

function speakerNamed(name: string): Speaker {
  if (name === COORDINATOR) return 'coordinator';
  return name.startsWith(WATCHER) ? 'watcher' : 'federate';
}
