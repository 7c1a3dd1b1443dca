import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { Log } from '../../actors/log.ts';
import type { UpgradePart } from '../../actors/upgrade/upgrade-part.ts';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { hardwareOf, ownCheckMs, windowOf } from '../../config/upgrade-keys.ts';
import { SLOT_NAMES } from '../../domain/boot-state.ts';
import { BootRecord } from '../../hal/boot/boot-record.ts';
import type { Installer } from '../../hal/boot/contract.ts';
import { SlotFolders } from '../../hal/boot/slot-folders.ts';
import { SlotsInstaller } from '../../hal/boot/slots-installer.ts';
import type { Disk } from '../../hal/disk/contract.ts';

/** What upgrading is made of, and what tells that it is possible here. */
export interface UpgradeOptions {
  readonly config: TerminalConfig;
  readonly disk: Disk;
  readonly log: Log;
  /** What the launcher says it started; absent without a launcher. */
  readonly slot: string | undefined;
  /** Ends the process in order, so that it is started again: alone, or with the whole machine. */
  readonly restart: (what: 'process' | 'machine') => void;
  /** The terminal belongs to a fleet. */
  readonly isInFleet: boolean;
}

/**
 * How this terminal upgrades itself; undefined when it is not configured to, or was not started by the launcher. Clients are loaded with
 * the first errand: a terminal that only sells never pays for them.
 */
export async function openUpgrade(options: UpgradeOptions): Promise<UpgradePart | undefined> {
  const { config, log, restart, isInFleet } = options;
  const { folder, url, caFile, media, rootFile } = config.upgrade;
  if (folder === null || rootFile === null) return undefined;
  const installer = await openInstaller(options, folder);
  if (installer === null) {
    log.warn({ folder }, 'no upgrades: the terminal was not started by the launcher');
    return undefined;
  }
  const { bytesPerSecond, soakMs, laterMs, laterTimes } = config.upgrade;
  return {
    installer,
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
    checkMs: ownCheckMs(config.upgrade, isInFleet),
    bytesPerSecond,
    window: windowOf(config.upgrade),
    soakMs,
    laterMs,
    laterTimes,
    restart: () => restart(installer.format === 'raucb' ? 'machine' : 'process'),
  };
}

/** Null when the terminal runs from no slot. */
async function openInstaller({ config, disk, slot: said }: UpgradeOptions, folder: string): Promise<Installer | null> {
  const boot = new BootRecord({ disk, folder });
  if (config.upgrade.installer === 'rauc') {
    const { openRauc } = await import('./open-rauc.ts');
    return openRauc({ disk, folder, boot });
  }
  const slot = SLOT_NAMES.find((name) => name === said);
  return slot === undefined ? null : new SlotsInstaller({ slot, boot, slots: new SlotFolders({ disk, folder }) });
}
