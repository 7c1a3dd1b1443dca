import type { ComponentChildren } from 'preact';
import { useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';
import { Dialog } from './dialog.tsx';

interface FormDialogProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly main: string;
  /** Something ends or is taken away. */
  readonly isGrave?: boolean;
  readonly isDisabled?: boolean;
  /** Its fields stand in two columns where there is room. */
  readonly isWide?: boolean;
  readonly submit: () => void;
  readonly close: () => void;
  readonly children?: ComponentChildren;
}

/** A window that asks for something, or whether: the one button does it, the other does not. */
export function FormDialog({ title, main, isGrave = false, isDisabled = false, ...rest }: FormDialogProps) {
  const { isWide = false, submit, close, children } = rest;
  const common = useWords(COMMON);
  return (
    <Dialog title={title} close={close} isWide={isWide}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {children}
        <div class="actions">
          <button type="button" onClick={close}>
            {common.cancel}
          </button>
          <button type="submit" class={isGrave ? 'grave' : 'main'} disabled={isDisabled}>
            {main}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
