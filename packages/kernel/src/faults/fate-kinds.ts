/** Fates that rules give to messages and timers, in words: what each does, and what of a real machine it stands for. */
import type { FateKind } from '@dragon/engine';

export interface FateWords {
  readonly about: string;
  /** The facility of the kernel, or the incident. */
  readonly standsFor: string;
}

export const FATE_KINDS: { readonly [Kind in FateKind]: FateWords } = {
  delay: {
    about: 'it comes later by a time or a span, and what is sent after it on the same way does not overtake it',
    standsFor:
      'an interrupt, steal time of the hypervisor, a late interprocessor interrupt, a timer with interrupts off',
  },
  hold: {
    about: 'it waits until an instant, and so does what is sent after it on the same way',
    standsFor: 'a CPU that is in an SMI or stopped by a debugger, and then goes on with all that has come meanwhile',
  },
  reorder: {
    about: 'it comes later, and what is sent after it may overtake it',
    standsFor: 'wake-ups of two reasons, and counts without a lock, which have no order among CPUs',
  },
  drop: {
    about: 'it never comes; a timer never fires',
    standsFor:
      'a wake-up that is lost for want of a barrier, an I/O that a controller loses, a timer that a race deletes',
  },
  duplicate: {
    about: 'it comes, and comes once more after a time or a span',
    standsFor: 'a spurious wake-up, which every wait loop has to stand',
  },
};
