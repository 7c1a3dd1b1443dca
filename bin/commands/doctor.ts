import { diagnose } from '../../actors/doctor/diagnose.ts';
import type { DoctorReport } from '../../fleet/contract/support-bundle.ts';
import type { Command } from '../command.ts';
import { askSnapshot } from '../start/ask-terminal.ts';
import { gatherFacts } from '../start/doctor-facts.ts';
import { composeBundle, writeBundle } from '../start/support-bundle.ts';
import { EXIT_FAILED, readSupportCall, SUPPORT_HELP, withSupportWords } from '../start/support-options.ts';

const HELP = `Usage: till doctor [options]

Looks at everything that a terminal needs: configuration, data folder, room on the disk, journal, key, clock, each
gateway domain, the fleet's broker, the parts of the box; says what it found and what to do. Changes nothing, also while
the terminal runs. As the terminal's user or as root it sees more.

Options:
  --bundle FILE  also writes what support asks for first: report, snapshot, the last 1,000 facts, versions, the
                 configuration with secrets masked; the fleet's console opens it off-line
  --no-devices   leaves the parts of the box out (a terminal with another profile than device)
${SUPPORT_HELP}

Exit codes: 0 when nothing is failing, 1 when something is, 2 for options that cannot be understood.
`;

const OPTIONS = { bundle: { type: 'string' }, 'no-devices': { type: 'boolean', default: false } } as const;
const SIGNS = { ok: 'ok', warning: 'WARN', failing: 'FAIL', unknown: '?' } as const;

function wordsOf({ findings, ok }: DoctorReport): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, state, what, remedy }) => [
    `${SIGNS[state].padEnd(4)}  ${check.padEnd(width)}  ${what}`,
    ...(remedy === null ? [] : [`${' '.repeat(width + 8)}→ ${remedy}`]),
  ]);
  return `${lines.join('\n')}\n\n${ok ? 'nothing is failing' : 'something is failing: see FAIL above'}\n`;
}

/** `till doctor`. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'self-test of a terminal, with what to do; writes the file for support',
  help: HELP,
  run: (argv, io) =>
    withSupportWords('doctor', io, async () => {
      const { values, dataDir, loaded } = readSupportCall(argv, OPTIONS, io);
      const asked = await askSnapshot(dataDir);
      const subject = { dataDir, loaded, asked, withDevices: !values['no-devices'] };
      const report = diagnose(await gatherFacts(subject));
      io.stdout.write(values.json ? `${JSON.stringify(report)}\n` : wordsOf(report));
      if (values.bundle !== undefined) {
        const bytes = writeBundle(values.bundle, composeBundle(subject, report));
        io.stderr.write(`till doctor: wrote ${values.bundle}, ${Math.ceil(bytes / 1024)} KiB, secrets masked\n`);
      }
      return report.ok ? 0 : EXIT_FAILED;
    }),
};
