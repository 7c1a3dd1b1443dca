import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function RolloutPage() {
  return <PageHead title="Rollout" />;
}
