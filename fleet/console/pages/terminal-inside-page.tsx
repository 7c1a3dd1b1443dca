import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function TerminalInsidePage() {
  return <PageHead title="TerminalInside" />;
}
