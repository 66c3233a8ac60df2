/** A command that a person may take along. */
import { copyText } from './copy-link.ts';
import type { WithState } from './page-state.ts';

export function Command({ state, text }: WithState & { readonly text: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" class="action" onClick={() => void copyText(state, text, 'the command')}>
        Copy
      </button>
    </div>
  );
}
