import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function AlertsPage() {
  return <PageHead title="Alerts" />;
}
