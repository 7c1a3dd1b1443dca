import { parseArgs } from 'node:util';
import { assertTlsVerificationOn } from '../../cloudpay/tls-settings.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { isFailure } from '../../domain/failure.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { HeadlessProfile } from '../../hal/profiles/headless/headless-profile.ts';
import type { Profile } from '../../hal/profiles/profile.ts';
import { TtyProfile } from '../../hal/profiles/tty/tty-profile.ts';
import type { Command, CommandIo } from '../command.ts';
import { openLog, startTerminalProcess } from '../start/terminal-process.ts';
import { versionOfTill } from '../start/version.ts';

const PROFILES = ['headless', 'web', 'tty'] as const;
type ProfileName = (typeof PROFILES)[number];

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** The service manager starts a crashed terminal again; 70 is "internal software error" (sysexits). */
const EXIT_CRASHED = 70;
/** Variables that belong to the project's tools, not to the terminal's configuration. */
const OTHER_VARIABLES = ['TILL_CHROMIUM'];

const HELP = `Usage: till run --profile headless|web|tty --config FILE [--data DIR]

A payment terminal.

Options:
  --profile P    the devices: headless (JSON lines on stdin and stdout), web (a page), tty (a console or serial line)
  --config FILE  the configuration file (JSON); every key can be overridden by TILL_… variables
  --data DIR     where everything durable lives; wins over the configuration
  --help         this text

It stops in order on SIGTERM, on SIGINT and at the end of stdin (headless, tty). Logs are JSON lines on stderr.

Exit codes: 0 after an orderly stop, 1 when it cannot start, 2 for options that cannot be understood,
70 when it crashed and must be started again.
`;

interface Options {
  readonly profile: ProfileName;
  readonly file: string | null;
  readonly dataDir: string | null;
}

function readOptions(argv: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: { profile: { type: 'string' }, config: { type: 'string' }, data: { type: 'string' } },
    });
    const profile = PROFILES.find((name) => name === values.profile);
    if (profile === undefined) return `--profile must be one of ${PROFILES.join(', ')}`;
    return { profile, file: values.config ?? null, dataDir: values.data ?? null };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function openProfile(name: ProfileName, config: TerminalConfig, io: CommandIo): Promise<Profile> {
  const clock = new SystemClock();
  switch (name) {
    case 'headless':
      return new HeadlessProfile({ input: process.stdin, output: process.stdout, clock });
    case 'tty': {
      const plain = io.env['TERM'] === undefined || io.env['TERM'] === 'dumb' || !process.stdout.isTTY;
      return new TtyProfile({ input: process.stdin, output: process.stdout, clock, plain });
    }
    case 'web': {
      // The page's bundler is loaded for the web profile only.
      const { createWebProfile } = await import('../../hal/profiles/web/web-profile.ts');
      const { host, port } = config.web;
      const { locale, payment } = config;
      const { windowMs } = payment;
      const profile = await createWebProfile({ host, port, clock, locale, windowMs, version: versionOfTill() });
      io.stdout.write(`The terminal's page: ${profile.url}\n`);
      return profile;
    }
  }
}

/** A terminal on the devices of a profile. */
export const runCommand: Command = {
  name: 'run',
  summary: 'a terminal',
  help: HELP,
  async run(argv, io) {
    const options = readOptions(argv);
    if (typeof options === 'string') {
      io.stderr.write(`till run: ${options} (till run --help tells more)\n`);
      return EXIT_USAGE;
    }
    try {
      assertTlsVerificationOn(io.env);
      const { file, dataDir } = options;
      const { config, warnings } = loadConfig({
        file,
        dataDir,
        environment: io.env,
        otherVariables: OTHER_VARIABLES,
      });
      for (const warning of warnings) io.stderr.write(`till run: ${warning}\n`);
      return await runUntilStopped(options.profile, config, io);
    } catch (error) {
      io.stderr.write(`till run: ${wordsOf(error)}\n`);
      return EXIT_FAILED;
    }
  },
};

async function runUntilStopped(name: ProfileName, config: TerminalConfig, io: CommandIo): Promise<number> {
  const log = openLog(config.log.level);
  const profile = await openProfile(name, config, io);
  const running = await startTerminalProcess({ config, profile, version: versionOfTill(), log }).catch(
    async (error: unknown) => {
      await profile.devices.close();
      throw error;
    },
  );
  const stop = (): void => void running.stop();
  profile.onStop(stop);
  io.signal.addEventListener('abort', stop, { once: true });
  if (io.signal.aborted) stop();
  const crash = await running.ended;
  await running.stop();
  if (crash === null) return 0;
  log.error(
    { reason: crash instanceof Error ? (crash.stack ?? crash.message) : String(crash) },
    'the terminal crashed',
  );
  return EXIT_CRASHED;
}

/** A failure is expected and says what to do; anything else is a bug and shows where. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isFailure(error) ? error.message : (error.stack ?? error.message);
}
