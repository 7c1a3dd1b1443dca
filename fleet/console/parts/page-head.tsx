import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** The head of a page: what it is about, and what can be done. */
export function PageHead({ title, lead, children }: { title: string; lead?: string; children?: ComponentChildren }) {
  useEffect(() => void (document.title = `${title} · Till`), [title]);
  return (
    <div class="page-head">
      <div>
        <h1>{title}</h1>
        {lead !== undefined && <p class="lead">{lead}</p>}
      </div>
      {children !== undefined && <div class="page-tools">{children}</div>}
    </div>
  );
}
