import type { ComponentChildren } from 'preact';
import { useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';
import { FailureNote, Nothing } from './states.tsx';
import type { Pages } from './use-pages.ts';

interface PagedProps<Item> {
  readonly pages: Pages<Item>;
  /** What is said when there is nothing. */
  readonly none: string;
  readonly more: string;
  /** What stands above the lines in their card. */
  readonly head?: ComponentChildren;
  readonly label?: string;
  readonly children: (items: readonly Item[]) => ComponentChildren;
}

/** Lines that come in pages: read, failed, nothing, there, and more of them. */
export function Paged<Item>({ pages, none, more, head, label, children }: PagedProps<Item>) {
  const common = useWords(COMMON);
  const { items, isComplete, isLoading, failure } = pages;
  const isEmpty = items.length === 0;
  const hasCard = head !== undefined || !isEmpty || failure === null;
  return (
    <>
      {failure !== null && <FailureNote failure={failure} again={pages.again} />}
      {hasCard && (
        <section class="card table-card" {...(label !== undefined && { 'aria-label': label })}>
          {head}
          {!isEmpty && children(items)}
          {isEmpty && isComplete && <Nothing>{none}</Nothing>}
          {isEmpty && !isComplete && isLoading && (
            <p class="loading" role="status">
              {common.loading}
            </p>
          )}
        </section>
      )}
      {!isComplete && !isEmpty && (
        <button type="button" disabled={isLoading} onClick={pages.more}>
          {more}
        </button>
      )}
    </>
  );
}
