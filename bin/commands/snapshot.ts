import type { TerminalSnapshot } from '../../fleet/contract/snapshot.ts';
import type { Command } from '../command.ts';
import { askSnapshot } from '../start/ask-terminal.ts';
import { EXIT_FAILED, readSupportCall, SUPPORT_HELP, withSupportWords } from '../start/support-options.ts';

const HELP = `Usage: till snapshot [options]

The live statecharts of the terminal that runs on a data folder, with its last transitions, facts and open orders;
secrets are masked by the terminal. It is asked through a socket in its data folder, as its user or as root, and nothing
changes.

Options:
${SUPPORT_HELP}

Exit codes: 0 with a snapshot, 1 when no terminal answers, 2 for options that cannot be understood.
`;

/** One line a chart, then what is open; \`--json\` has all of it. */
function wordsOf({ at, sw, actors, transitions, openOrders, openRefunds }: TerminalSnapshot): string {
  const width = Math.max(0, ...Object.keys(actors).map((id) => id.length));
  const charts = Object.entries(actors).map(([id, { state }]) => `  ${id.padEnd(width)}  ${stateText(state)}`);
  const last = transitions.slice(-10).map(({ t, a, ev, st }) => `  ${timeText(t)}  ${a}  ${ev} → ${stateText(st)}`);
  const open = [...openOrders.map((order) => `  order ${order}`), ...openRefunds.map((refund) => `  refund ${refund}`)];
  return [
    `Till ${sw} at ${timeText(at)}`,
    '',
    ...charts,
    ...(last.length > 0 ? ['', 'last transitions', ...last] : []),
    '',
    open.length === 0 ? 'nothing is unresolved' : 'unresolved',
    ...open,
    '',
  ].join('\n');
}

const timeText = (ms: number): string => new Date(ms).toISOString();
const stateText = (state: unknown): string =>
  typeof state === 'string' ? state : state === null ? 'ended' : JSON.stringify(state);

/** `till snapshot`. */
export const snapshotCommand: Command = {
  name: 'snapshot',
  summary: 'the live statecharts of a running terminal',
  help: HELP,
  run: (argv, io) =>
    withSupportWords('snapshot', io, async () => {
      const { values, dataDir } = readSupportCall(argv, {}, io);
      const asked = await askSnapshot(dataDir);
      if (!asked.ok) {
        io.stderr.write(`till snapshot: ${asked.why}\n`);
        return EXIT_FAILED;
      }
      io.stdout.write(values.json ? `${JSON.stringify(asked.snapshot)}\n` : wordsOf(asked.snapshot));
      return 0;
    }),
};
