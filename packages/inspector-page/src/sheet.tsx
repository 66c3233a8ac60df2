/** A sheet over the page: the browser's dialog, which keeps the focus inside and closes with Escape. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface SheetProps {
  readonly title: string;
  /** `you`: of what a person does to the run. */
  readonly look?: 'you';
  readonly close: () => void;
  readonly children: ComponentChildren;
}

export function SheetFrame({ title, look, close, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Not after the next paint, as an effect would: whoever types on at once types into the sheet.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The focus goes back to where it was, however the sheet goes away.
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={look === undefined ? 'sheet' : `sheet ${look}`}
      aria-label={title}
      onClose={({ currentTarget }) => {
        // Of a sheet that is gone already, it would close the one that came after it.
        if (currentTarget.isConnected) close();
      }}
      onClick={(event) => {
        // Whatever is outside of the sheet is the dialog itself.
        if (event.target === event.currentTarget) close();
      }}
    >
      <h2>
        {title}
        <button type="button" class="action" onClick={close}>
          Close <kbd>esc</kbd>
        </button>
      </h2>
      {children}
    </dialog>
  );
}
