import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function TerminalsPage() {
  return <PageHead title="Terminals" />;
}
