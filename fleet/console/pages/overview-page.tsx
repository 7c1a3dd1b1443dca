import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function OverviewPage() {
  return <PageHead title="Overview" />;
}
