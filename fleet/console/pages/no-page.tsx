import { useWords } from '../browser/console-context.ts';
import { PageHead } from '../parts/page-head.tsx';
import { PATHS } from '../paths.ts';
import { COMMON } from '../words/common.ts';

/** An address without a page. */
export function NoPage() {
  const words = useWords(COMMON);
  return (
    <>
      <PageHead title={words.notFound} lead={words.notFoundLead} />
      <a class="button" href={PATHS.overview}>
        {words.toOverview}
      </a>
    </>
  );
}
