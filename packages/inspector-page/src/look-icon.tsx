/** The shape of a look: every colour of the page has one, so that the page can be read without colours. */
import type { Look } from '@dragon/inspection';

/** Names of the looks, for the legend and for whoever hears the page. */
export const LOOK_WORDS: Readonly<Record<Look, string>> = {
  run: 'running',
  ready: 'ready',
  wait: 'waits for another',
  find: 'part of the finding',
  sleep: 'asleep',
  held: 'lock held',
  exit: 'exited',
  part: 'not a thread',
};

export function LookIcon({ look, size = 12 }: { readonly look: Look; readonly size?: number }) {
  return (
    <svg class={`look look-${look}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      {shapeOf(look)}
    </svg>
  );
}

function shapeOf(look: Look) {
  switch (look) {
    case 'run':
      return <rect x="1.5" y="1.5" width="9" height="9" />;
    case 'ready':
      return <rect x="2.25" y="2.25" width="7.5" height="7.5" class="hollow" />;
    case 'wait':
      return <path d="M6 .5 11.5 6 6 11.5.5 6Z" />;
    case 'find':
      return (
        <>
          <rect x=".5" y=".5" width="11" height="11" rx="1.5" />
          <path class="cross" d="M3.5 3.5 8.5 8.5M8.5 3.5 3.5 8.5" />
        </>
      );
    case 'sleep':
      return <circle cx="6" cy="6" r="2.25" />;
    case 'exit':
      return <path class="dash" d="M2.5 6h7" />;
    case 'part':
      return <circle cx="6" cy="6" r="4" class="hollow" />;
    case 'held':
      return (
        <>
          <circle cx="6" cy="6" r="4.25" class="hollow" />
          <circle cx="6" cy="6" r="1.75" />
        </>
      );
  }
}
