import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function TerminalCommandsPage() {
  return <PageHead title="TerminalCommands" />;
}
