import type { ComponentChildren } from 'preact';
import type { Role } from '../api/operator-answers.ts';
import { useConsole, useMay } from '../browser/console-context.ts';

interface GuardedButtonProps {
  /** The role that the service asks for. */
  readonly needs: Role;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly disabled?: boolean;
  readonly title?: string;
}

/** A button that says why it does nothing for somebody without the role. It keeps the focus, so that the reason can be read. */
export function GuardedButton({ needs, onClick, children, disabled = false, title, ...rest }: GuardedButtonProps) {
  const may = useMay();
  const { say } = useConsole();
  const whyNot = may(needs);
  if (whyNot === null) {
    return (
      <button type="button" {...rest} disabled={disabled} {...(title !== undefined && { title })} onClick={onClick}>
        {children}
      </button>
    );
  }
  return (
    <button type="button" {...rest} aria-disabled="true" title={whyNot} onClick={() => say(whyNot, 'bad')}>
      {children}
      <span class="sr">({whyNot})</span>
    </button>
  );
}
