import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { assertTlsVerificationOn } from '../../cloudpay/tls-settings.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { isFailure, TerminalFailure } from '../../domain/failure.ts';
import { STATE_PROFILES, type StateProfile } from '../../simulator/gateway/settings.ts';
import type { PlayedRow } from '../../simulator/rehearsal/play-script.ts';
import type { Command, CommandIo } from '../command.ts';
import { rehearse, type RehearsalOutcome } from '../start/rehearsal.ts';
import { checkVoiceClips } from '../start/voice-clips.ts';
import { ALL_PROFILES } from './run.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_CRASHED = 70;
const EXIT_INTERRUPTED = 130;
/** Variables that belong to the project's tools, not to the terminal's configuration. */
const OTHER_VARIABLES = ['TILL_CHROMIUM'];

const HELP = `Usage: till rehearse --profile P --config FILE [--data DIR] [--auto] [--states S] [--report FILE]

The acceptance script C1 to C8 on this very terminal: its configuration and its devices, with the built-in sandbox as
the gateway. A script is the cashier and the customer; whoever stands in front of the terminal watches, presses enter
before each row, or cancel to end. Every screen, sentence and slip says 「演练」. At the end a report comes out of the
printer. No money moves: no real gateway, no fleet and none of the terminal's own orders are touched.

Options:
  --profile P    the devices: headless, tty, web, … as of till run
  --config FILE  the terminal's configuration file
  --data DIR     the terminal's data folder; the rehearsal makes a folder of its own in it and removes it afterwards
  --auto         wait for nobody
  --states S     numbering of the Alipay states: ${STATE_PROFILES.join(', ')} (default mixed)
  --report FILE  also write the report as JSON
  --help         this text

The terminal must not be running. The payment window is 8 s at most, so that a customer who is too late is soon seen.
It stops in order on SIGTERM, on SIGINT and at the end of stdin (headless, tty).

Exit codes: 0 when every row holds and the report is printed, 1 when not or when it cannot start, 2 for options that
cannot be understood, 70 when the terminal crashed, 130 when it was stopped.
`;

interface Options {
  readonly profile: string;
  readonly file: string | null;
  readonly dataDir: string | null;
  readonly isAuto: boolean;
  readonly states: StateProfile;
  readonly report: string | null;
}

function readOptions(argv: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        profile: { type: 'string' },
        config: { type: 'string' },
        data: { type: 'string' },
        auto: { type: 'boolean', default: false },
        states: { type: 'string', default: 'mixed' },
        report: { type: 'string' },
      },
    });
    const { profile, config = null, data = null, auto, report } = values;
    if (profile === undefined || !Object.hasOwn(ALL_PROFILES, profile)) {
      return `--profile must be one of ${Object.keys(ALL_PROFILES).join(', ')}`;
    }
    const states = STATE_PROFILES.find((one) => one === values.states);
    if (states === undefined) return `--states must be one of ${STATE_PROFILES.join(', ')}, not "${values.states}"`;
    const file = report === undefined ? null : resolve(report);
    return { profile, file: config, dataDir: data, isAuto: auto, states, report: file };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The terminal's configuration. @throws TerminalFailure `configuration.invalid` */
function configOf(options: Options, io: CommandIo): TerminalConfig & { readonly subTerminalType: number } {
  const { file, dataDir } = options;
  const { config, warnings } = loadConfig({ file, dataDir, environment: io.env, otherVariables: OTHER_VARIABLES });
  for (const warning of warnings) io.stderr.write(`till rehearse: ${warning}\n`);
  checkVoiceClips(config);
  const { subTerminalType } = config;
  if (subTerminalType === null) {
    throw new TerminalFailure(
      'configuration.invalid',
      'subTerminalType is not set: such a terminal takes no payments, so there is nothing to rehearse; Cloud Pay allots it',
    );
  }
  return { ...config, subTerminalType };
}

async function run(argv: string[], io: CommandIo): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    io.stderr.write(`till rehearse: ${options} (till rehearse --help tells more)\n`);
    return EXIT_USAGE;
  }
  const open = ALL_PROFILES[options.profile];
  try {
    if (open === undefined) throw new Error('a profile that is not offered was chosen');
    assertTlsVerificationOn(io.env);
    const outcome = await rehearse({
      config: configOf(options, io),
      openProfile: (config) => open(config, io),
      states: options.states,
      isAuto: options.isAuto,
      signal: io.signal,
      // A console shows the rows itself.
      onPlayed: (played) => void (options.profile !== 'tty' && io.stderr.write(lineOf(played))),
    });
    if (options.report !== null) writeFileSync(options.report, `${JSON.stringify(jsonOf(outcome), null, 2)}\n`);
    return closing(outcome, options, io);
  } catch (error) {
    io.stderr.write(`till rehearse: ${wordsOf(error)}\n`);
    return io.signal.aborted ? EXIT_INTERRUPTED : EXIT_FAILED;
  }
}

const STATES: Readonly<Record<PlayedRow['state'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not-played': 'not played',
};

function lineOf({ row, platform, state, problem, tookMs }: PlayedRow): string {
  const seconds = state === 'not-played' ? '' : `${(tookMs / 1000).toFixed(1)} s`;
  const head = `${row.id}  ${(platform ?? '').padEnd(6)}  ${STATES[state].padEnd(10)}  ${seconds.padStart(6)}  ${row.words.en}`;
  return problem === '' ? `${head.trimEnd()}\n` : `${head}\n    ${problem}\n`;
}

function jsonOf({ played, reportPrinted, crash }: RehearsalOutcome): object {
  return {
    passed: played.every(({ state }) => state === 'passed'),
    reportPrinted,
    crash: crash?.message ?? null,
    rows: played.map(({ row, platform, state, problem, tookMs }) => ({
      row: row.id,
      words: row.words.en,
      platform,
      state,
      problem,
      seconds: Math.round(tookMs) / 1000,
    })),
  };
}

function closing({ played, reportPrinted, crash }: RehearsalOutcome, options: Options, io: CommandIo): number {
  if (options.profile === 'tty') for (const one of played) io.stderr.write(lineOf(one));
  const count = (state: PlayedRow['state']): number => played.filter((one) => one.state === state).length;
  const paper = reportPrinted ? 'the report is printed' : 'the report was not printed';
  io.stderr.write(
    `${count('passed')} passed, ${count('failed')} failed, ${count('not-played')} not played; ${paper}\n`,
  );
  if (crash !== null) {
    io.stderr.write(`till rehearse: the terminal crashed: ${crash.stack ?? crash.message}\n`);
    return EXIT_CRASHED;
  }
  if (count('failed') > 0) return EXIT_FAILED;
  return count('not-played') > 0 || !reportPrinted ? EXIT_INTERRUPTED : 0;
}

/** A failure is expected and says what to do; anything else is a bug and shows where. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isFailure(error) ? error.message.replaceAll(/\s*\n\s*/g, '; ') : (error.stack ?? error.message);
}

/** `till rehearse`: the acceptance script on this terminal. */
export const rehearseCommand: Command = {
  name: 'rehearse',
  summary: 'the acceptance script on this very terminal, against the built-in sandbox',
  help: HELP,
  run,
};
