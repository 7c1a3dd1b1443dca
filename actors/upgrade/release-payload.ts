import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import type { ReleasePayload } from '../../hal/boot/contract.ts';
import { readLayout, type ReleasePackage } from './release-package.ts';

/**
 * What was fetched as the installer takes it: files as they are laid out, or the path of an image.
 * @throws UpgradeTrouble `tampered` when the release is not whole, or another one than it was called
 */
export function payloadOf(fetched: Buffer | string, version: string): ReleasePayload {
  if (typeof fetched === 'string') return { format: 'raucb', path: fetched };
  const { version: said, entry, files } = laidOut(fetched);
  if (said !== version) throw new UpgradeTrouble('tampered', `the release calls itself ${said}`);
  return { format: 'files', entry, files };
}

function laidOut(fetched: Buffer): ReleasePackage {
  try {
    return readLayout(fetched);
  } catch (error) {
    throw new UpgradeTrouble('tampered', error instanceof Error ? error.message : String(error), { cause: error });
  }
}
