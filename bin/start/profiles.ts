import { SystemClock } from '../../hal/clock/system-clock.ts';
import { HeadlessProfile } from '../../hal/profiles/headless/headless-profile.ts';
import { TtyProfile } from '../../hal/profiles/tty/tty-profile.ts';
import { paperSetting } from './paper-setting.ts';
import type { ProfileOpeners } from './run-terminal.ts';

/** The profiles that need nothing but the process's own streams. */
export const STREAM_PROFILES: ProfileOpeners = {
  headless: (config) =>
    Promise.resolve(
      new HeadlessProfile({
        input: process.stdin,
        output: process.stdout,
        clock: new SystemClock(),
        paper: paperSetting(config),
      }),
    ),
  tty: (config, io) => {
    const plain = io.env['TERM'] === undefined || io.env['TERM'] === 'dumb' || !process.stdout.isTTY;
    return Promise.resolve(
      new TtyProfile({
        input: process.stdin,
        output: process.stdout,
        clock: new SystemClock(),
        plain,
        paper: paperSetting(config),
      }),
    );
  },
};
