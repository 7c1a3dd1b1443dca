import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function AuditPage() {
  return <PageHead title="Audit" />;
}
