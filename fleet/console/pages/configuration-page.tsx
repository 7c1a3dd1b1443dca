import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function ConfigurationPage() {
  return <PageHead title="Configuration" />;
}
