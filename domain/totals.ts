import type { Fen } from './fen.ts';
import type { Platform } from './platform.ts';

/** What was taken and given back. */
export interface Takings {
  readonly paidCount: number;
  readonly paidFen: Fen;
  readonly refundCount: number;
  readonly refundFen: Fen;
}

/** Takings with one wallet. */
export type PlatformTakings = Takings & { readonly platform: Platform };
/** `staffId` null: nobody was set. */
export type StaffTakings = Takings & { readonly staffId: string | null };

/** Sums of a span of time or a shift. What is not certain is in no sum but the unresolved ones. */
export interface Totals {
  readonly platforms: readonly PlatformTakings[];
  readonly staff: readonly StaffTakings[];
  readonly unresolvedCount: number;
  readonly unresolvedFen: Fen;
}

/** One settled payment, or one refund that was at least accepted. */
export interface Taking {
  readonly kind: 'payment' | 'refund';
  readonly platform: Platform;
  readonly staffId: string | null;
  readonly amountFen: Fen;
}

const NO_TAKINGS: Takings = { paidCount: 0, paidFen: 0, refundCount: 0, refundFen: 0 };

function added(takings: Takings | undefined, { kind, amountFen }: Taking): Takings {
  const before = takings ?? NO_TAKINGS;
  return kind === 'payment'
    ? { ...before, paidCount: before.paidCount + 1, paidFen: before.paidFen + amountFen }
    : { ...before, refundCount: before.refundCount + 1, refundFen: before.refundFen + amountFen };
}

const PLATFORMS: readonly Platform[] = ['wechat', 'alipay'];

/** Adds up takings one by one, so that a long journal is never in memory as a whole. */
export class Tally {
  readonly #platforms = new Map<Platform, Takings>();
  readonly #staff = new Map<string | null, Takings>();
  #unresolvedCount = 0;
  #unresolvedFen: Fen = 0;

  add(taking: Taking): void {
    this.#platforms.set(taking.platform, added(this.#platforms.get(taking.platform), taking));
    this.#staff.set(taking.staffId, added(this.#staff.get(taking.staffId), taking));
  }

  addUnresolved(amountFen: Fen, count = 1): void {
    this.#unresolvedCount += count;
    this.#unresolvedFen += amountFen;
  }

  /** Both wallets, also one without takings; staff in the order of their ids, nobody first. */
  totals(): Totals {
    const staff = [...this.#staff].map(([staffId, takings]) => ({ staffId, ...takings }));
    return {
      platforms: PLATFORMS.map((platform) => ({ platform, ...(this.#platforms.get(platform) ?? NO_TAKINGS) })),
      staff: staff.sort((one, other) => ((one.staffId ?? '') < (other.staffId ?? '') ? -1 : 1)),
      unresolvedCount: this.#unresolvedCount,
      unresolvedFen: this.#unresolvedFen,
    };
  }
}

/** The sum over all wallets. */
export function sumOf(platforms: readonly Takings[]): Takings {
  return platforms.reduce(
    (sum, one) => ({
      paidCount: sum.paidCount + one.paidCount,
      paidFen: sum.paidFen + one.paidFen,
      refundCount: sum.refundCount + one.refundCount,
      refundFen: sum.refundFen + one.refundFen,
    }),
    NO_TAKINGS,
  );
}

/** Gateway minus terminal, where they differ: one entry for each wallet and each kind. */
export interface Difference {
  readonly platform: Platform;
  readonly kind: 'payment' | 'refund';
  readonly count: number;
  readonly fen: Fen;
}

/** Names what the gateway's totals and the terminal's own do not agree on. Empty: they agree. */
export function differencesOf(own: readonly PlatformTakings[], gateway: readonly PlatformTakings[]): Difference[] {
  return PLATFORMS.flatMap((platform): Difference[] => {
    const ours = own.find((one) => one.platform === platform) ?? NO_TAKINGS;
    const theirs = gateway.find((one) => one.platform === platform) ?? NO_TAKINGS;
    const paid = { count: theirs.paidCount - ours.paidCount, fen: theirs.paidFen - ours.paidFen };
    const refunded = { count: theirs.refundCount - ours.refundCount, fen: theirs.refundFen - ours.refundFen };
    const differs = ({ count, fen }: { count: number; fen: Fen }): boolean => count !== 0 || fen !== 0;
    return [
      ...(differs(paid) ? [{ platform, kind: 'payment' as const, ...paid }] : []),
      ...(differs(refunded) ? [{ platform, kind: 'refund' as const, ...refunded }] : []),
    ];
  });
}
