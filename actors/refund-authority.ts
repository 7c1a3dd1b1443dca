import type { SettingsStore } from '../config/settings-store.ts';
import type { RefundAuthority } from '../domain/refund-authority.ts';

/** The secrets that are set on this terminal, the PIN first; none: a refund is not asked for any. */
export function authoritiesSet(settings: Pick<SettingsStore, 'current'>): readonly RefundAuthority[] {
  const { refundPinSet, managerCodeSet } = settings.current();
  return [...(refundPinSet ? (['pin'] as const) : []), ...(managerCodeSet ? (['manager'] as const) : [])];
}
