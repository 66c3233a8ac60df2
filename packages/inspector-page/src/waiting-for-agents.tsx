/** The page before a distributed run begins: who is there, and, if that takes long, what to do for the others. */
import type { FeedWaiting } from '@dragon/inspection';
import { useEffect, useState } from 'preact/hooks';

/** Milliseconds in which processes that have just been started usually report. */
const USUAL = 3_000;

export function WaitingForAgents({ waiting }: { readonly waiting: FeedWaiting }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setLong, USUAL, true);
    return () => clearTimeout(timer);
  }, []);
  const { reported, missing } = waiting;
  return (
    <div class="waiting-for">
      <p>Waiting for agents.</p>
      <p>
        {reported.map(({ kind, count }) => `${count} × ${kind}`).join(', ') || 'None has reported.'}
        {missing.length > 0 && ` Not yet: ${missing.join(', ')}.`}
        {missing.length > 0 && isLong && ' Start the processes that host them.'}
      </p>
    </div>
  );
}
