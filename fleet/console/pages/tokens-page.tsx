import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function TokensPage() {
  return <PageHead title="Tokens" />;
}
