import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function TerminalPage() {
  return <PageHead title="Terminal" />;
}
