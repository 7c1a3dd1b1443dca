import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  /** Room for two columns. */
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}

/** A window over the page that holds the focus; Escape closes it. */
export function Dialog({ title, close, isWide = false, children }: DialogProps) {
  const words = useWords(COMMON);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={title} data-wide={isWide || undefined} onClose={close}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="quiet" aria-label={words.close} onClick={() => dialog.current?.close()}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}
