import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import type { UpgradeReason } from '../../domain/upgrade-reason.ts';
import { SourceTrouble } from './release-source.ts';

/** Error codes of the system and of the HTTP client; the first that fits. */
const CODES: readonly (readonly [code: RegExp, reason: UpgradeReason])[] = [
  [/^(?:ENOSPC|EDQUOT)$/, 'disk-full'],
  [/^(?:EIO|EROFS|EBADF|ENODEV|EACCES|EPERM|ENOTDIR|EISDIR|ENOENT)$/, 'disk'],
  [/CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_SSL|^EPROTO$/, 'certificate'],
  [/^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|UND_ERR_)/, 'network'],
];

/** What a source answers with instead of a file. */
const STATUSES: Readonly<Record<number, UpgradeReason>> = { 404: 'absent', 413: 'tampered', 422: 'tampered' };

/** Gives what a step of an upgrade throws its code, where one is known. */
export async function coded<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw withCode(error);
  }
}

/** The same trouble with its code; what nobody knows stays as it is, and is told in its own words. */
export function withCode(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UpgradeTrouble) return error;
  const reason = error instanceof SourceTrouble ? (STATUSES[error.status] ?? 'server') : reasonOf(error);
  return reason === null ? error : new UpgradeTrouble(reason, error.message, { cause: error });
}

function reasonOf(error: Error): UpgradeReason | null {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    const code = 'code' in one && typeof one.code === 'string' ? one.code : '';
    const found = CODES.find(([form]) => form.test(code));
    if (found !== undefined) return found[1];
  }
  return null;
}
