import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { Log } from '../../actors/log.ts';
import type { UpgradePart } from '../../actors/upgrade/upgrade-part.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { hardwareOf, windowOf } from '../../config/upgrade-keys.ts';
import { SLOT_NAMES } from '../../domain/boot-state.ts';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import type { Disk } from '../../hal/disk/contract.ts';

export interface UpgradeOptions {
  readonly config: TerminalConfig;
  readonly disk: Disk;
  readonly log: Log;
  /** What the launcher says it started; absent without a launcher. */
  readonly slot: string | undefined;
  readonly restart: () => void;
}

/**
 * How this terminal upgrades itself; undefined when it is not configured to, or was not started by the launcher. Clients are loaded with
 * the first errand: a terminal that only sells never pays for them.
 */
export function openUpgrade({ config, disk, log, slot: said, restart }: UpgradeOptions): UpgradePart | undefined {
  const { folder, url, caFile, media, rootFile } = config.upgrade;
  if (folder === null || rootFile === null) return undefined;
  const slot = SLOT_NAMES.find((name) => name === said);
  if (slot === undefined) {
    log.warn({ folder }, 'no upgrades: the terminal was not started by the launcher');
    return undefined;
  }
  const { checkMs, bytesPerSecond, soakMs, laterMs } = config.upgrade;
  return {
    slot,
    boot: new BootRecord({ disk, folder }),
    slots: new SlotFolders({ disk, folder }),
    folder,
    firstRoot: () => readFileSync(rootFile),
    server:
      url === null
        ? null
        : async () => {
            const { ServerSource } = await import('../../actors/upgrade/server-source.ts');
            const caPem = caFile === null ? null : [...rootCertificates, readFileSync(caFile, 'utf8')];
            return new ServerSource({ url, caPem });
          },
    media:
      media === null
        ? null
        : async () => {
            const { FolderSource } = await import('../../actors/upgrade/folder-source.ts');
            return new FolderSource(media);
          },
    hardware: hardwareOf(config.upgrade, config.sn),
    checkMs,
    bytesPerSecond,
    window: windowOf(config.upgrade),
    soakMs,
    laterMs,
    restart,
  };
}
