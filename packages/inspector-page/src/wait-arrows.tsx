/** The arrows of a drawing of waits, from who waits to who is in the way; what is no fact is dashed. */
import type { WaitEdge, WaitLayout } from '@dragon/inspection';

export const edgeKey = ({ from, to, resource }: WaitEdge): string => `${from} ${to} ${resource}`;

/** The place of something by its middle. */
export const placed = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
  left: `${x - width / 2}px`,
  top: `${y - height / 2}px`,
  width: `${width}px`,
  height: `${height}px`,
});

/** How large nodes are, where they stand in layers. */
export const layersText = (layout: WaitLayout | undefined): 'dense' | 'roomy' | undefined =>
  layout?.layers && (layout.layers.isDense ? 'dense' : 'roomy');

interface ArrowsProps {
  readonly layout: WaitLayout;
  /** Keys of the arrows that are no facts. */
  readonly guesses?: ReadonlySet<string>;
}

export function WaitArrows({ layout, guesses }: ArrowsProps) {
  return (
    <svg class="arrows" aria-hidden="true">
      <defs>
        {['wait', 'find'].map((look) => (
          <marker
            key={look}
            id={`tip-${look}`}
            class={`tip tip-${look}`}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="10"
            markerHeight="10"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0 10 5 0 10Z" />
          </marker>
        ))}
      </defs>
      {layout.curves.map(({ edge, from, control, to }) => (
        <path
          key={edgeKey(edge)}
          class={`arrow${edge.isParty ? ' find' : ''}${guesses?.has(edgeKey(edge)) === true ? ' guess' : ''}`}
          marker-end={`url(#tip-${edge.isParty ? 'find' : 'wait'})`}
          d={`M${from.x} ${from.y}Q${control.x} ${control.y} ${to.x} ${to.y}`}
        />
      ))}
    </svg>
  );
}
