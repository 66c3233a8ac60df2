/** Sentence of the report on the page: whoever is named can be selected, and what is named can stand out. */
import type { Sentence } from '@dragon/report';
import type { PageState } from './page-state.ts';

export function Words({ sentence, state }: { readonly sentence: Sentence; readonly state: PageState }) {
  return (
    <>
      {sentence.map(({ text, agent, resource }, i) => {
        // The pieces of a sentence have no other key than their place, and never move.
        if (agent !== undefined)
          return (
            <button key={i} type="button" class="named" onClick={() => (state.selection.value = agent)}>
              {text}
            </button>
          );
        return resource === undefined ? (
          text
        ) : (
          <span key={i} class="named-resource">
            {text}
          </span>
        );
      })}
    </>
  );
}
