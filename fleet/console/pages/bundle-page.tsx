import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function BundlePage() {
  return <PageHead title="Bundle" />;
}
