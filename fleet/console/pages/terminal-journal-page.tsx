import { PageHead } from '../parts/page-head.tsx';

/** To be filled. */
export function TerminalJournalPage() {
  return <PageHead title="TerminalJournal" />;
}
