import { SCREEN_NAMES } from '../domain/screen.ts';
import { runSession } from '../test/support/session-run.ts';
import { commandLine, wholeNumber } from './command-line.ts';

const USAGE = `Usage: npm run sessions -- [--sessions N] [--seed S] [--only K] [--all]

Random hands at the terminal: every screen must be left again, and no session may break a money rule.

Options:
  --sessions N  how many (default 1000)
  --seed S      default 1
  --only K      this session alone, to look at what broke there
  --all         goes on after a broken session
  --help        this text

Exit code 1 when a session broke.
`;

const { values } = commandLine(USAGE, {
  options: {
    sessions: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    /** Only this session, to look at what broke there. */
    only: { type: 'string' },
    /** Goes on after a broken session. */
    all: { type: 'boolean', default: false },
  },
});
const first = values.only === undefined ? 0 : wholeNumber(USAGE, '--only', values.only, 0);
const end = values.only === undefined ? wholeNumber(USAGE, '--sessions', values.sessions) : first + 1;
const left = new Map<string, { byCancel: number; byTime: number }>();
const seen = new Set<string>();
const sum = { sessions: 0, orders: 0, refunds: 0, lives: 0, broken: 0 };
for (let session = first; session < end; session += 1) {
  const report = await runSession(`${values.seed}/${session}`);
  sum.sessions += 1;
  sum.orders += report.orders;
  sum.refunds += report.refunds;
  sum.lives += report.lives;
  for (const name of report.seen) seen.add(name);
  for (const [name, { byCancel, byTime }] of report.left) {
    const so = left.get(name) ?? { byCancel: 0, byTime: 0 };
    left.set(name, { byCancel: so.byCancel + byCancel, byTime: so.byTime + byTime });
  }
  if (report.broken.length > 0) {
    sum.broken += 1;
    console.log(`session ${report.seed} broke:\n  ${report.broken.join('\n  ')}`);
    if (sum.broken === 1 || values.only !== undefined) console.log(report.story.join('\n'));
    if (!values.all) break;
  }
  if (sum.sessions % 100 === 0) console.log(`${sum.sessions} sessions`);
}
for (const name of SCREEN_NAMES) {
  const { byCancel, byTime } = left.get(name) ?? { byCancel: 0, byTime: 0 };
  console.log(
    `${String(byCancel).padStart(6)} ${String(byTime).padStart(6)}  ${name}${seen.has(name) ? '' : '  never seen'}`,
  );
}
console.log('  by cancel and by time');
console.log(
  `${sum.sessions} sessions, ${sum.orders} orders, ${sum.refunds} refunds, ${sum.lives} process lives, ${sum.broken} broken`,
);
process.exitCode = sum.broken === 0 ? 0 : 1;
