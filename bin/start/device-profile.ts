import type { TerminalConfig } from '../../config/terminal-config.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { DeviceProfile } from '../../hal/profiles/device/device-profile.ts';
import { TerminalFailure } from '../../domain/failure.ts';
import type { CommandIo } from '../command.ts';
import { openShippedGlyphs } from './glyph-packs.ts';
import { paperSetting } from './paper-setting.ts';
import { openLog } from './terminal-process.ts';
import { openVoiceClips } from './voice-clips.ts';

/**
 * The parts of the box that this process runs on. Missing ones are logged with their remedy and waited for.
 * @throws TerminalFailure `configuration.invalid` for a key of the keypad that is none
 */
export function openDeviceProfile(config: TerminalConfig, io: Pick<CommandIo, 'env'>): DeviceProfile {
  const log = openLog(config.log.level);
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: us } = io.env;
  const watchdogUs = us !== undefined && /^\d{4,12}$/.test(us) ? Number(us) : null;
  try {
    return new DeviceProfile({
      settings: config.devices,
      clock: new SystemClock(),
      locale: config.locale,
      glyphs: () => openShippedGlyphs(16),
      clips: openVoiceClips(config, (message) => log.error({}, message)),
      paper: paperSetting(config),
      systemd: socket === undefined || socket === '' ? null : { socket, watchdogUs },
      onPart: (part, { present, why }) => {
        if (present) log.info({ part }, 'a part of the box is there');
        else log.error({ part, reason: why }, 'a part of the box is missing');
      },
      onLostScan: (why) => log.warn({ part: 'scanner', reason: why }, 'a scan was discarded'),
    });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TerminalFailure('configuration.invalid', `devices.keys: ${cause.message}`, { cause });
  }
}
