/** A sheet over the page: the browser's dialog, which keeps the focus inside and closes with Escape. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface SheetProps {
  readonly title: string;
  /** `you`: of what a person does to the run. */
  readonly look?: 'you';
  readonly close: () => void;
  readonly children: ComponentChildren;
}

export function SheetFrame({ title, look, close, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={look === undefined ? 'sheet' : `sheet ${look}`}
      aria-label={title}
      onClose={close}
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
