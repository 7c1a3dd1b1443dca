import { SystemClock } from '../../hal/clock/system-clock.ts';
import type { Command } from '../command.ts';
import { paperSetting } from '../start/paper-setting.ts';
import { openDeviceProfile } from '../start/device-profile.ts';
import { STREAM_PROFILES } from '../start/profiles.ts';
import { runTerminal, type ProfileOpeners } from '../start/run-terminal.ts';
import { openVoiceClips } from '../start/voice-clips.ts';
import { versionOfTill } from '../start/version.ts';

const HELP = `Usage: till run --profile device|headless|tty|web --config FILE [--data DIR]

A payment terminal.

Options:
  --profile P    the devices: device (the parts of a box, as the configuration's section devices names them),
                 headless (JSON lines on stdin and stdout), tty (a console or serial line), web (a page)
  --config FILE  the configuration file (JSON); every key can be overridden by a TILL_… variable
  --data DIR     where everything durable lives; wins over the configuration
  --help         this text

It stops in order on SIGTERM, on SIGINT and at the end of stdin (headless, tty). Logs are JSON lines on stderr.

Exit codes: 0 after an orderly stop, 1 when it cannot start, 2 for options that cannot be understood,
70 when it crashed and must be started again.
`;

/** Every profile of this program. */
export const ALL_PROFILES: ProfileOpeners = {
  ...STREAM_PROFILES,
  device: (config, io) => Promise.resolve(openDeviceProfile(config, io)),
  async web(config, io) {
    // The page's bundler is loaded for the web profile only.
    const { createWebProfile } = await import('../../hal/profiles/web/web-profile.ts');
    const { web, locale, payment } = config;
    const { windowMs } = payment;
    const profile = await createWebProfile({
      ...web,
      clock: new SystemClock(),
      locale,
      windowMs,
      clips: openVoiceClips(config, (message) => io.stderr.write(`till run: ${message}\n`)),
      version: versionOfTill(),
      paper: paperSetting(config),
    });
    io.stdout.write(`The terminal's page: ${profile.url}\n`);
    return profile;
  },
};

/** A terminal on the devices of a profile. */
export const runCommand: Command = {
  name: 'run',
  summary: 'a terminal',
  help: HELP,
  run: (argv, io) => runTerminal(argv, ALL_PROFILES, io),
};
