/** Who allows a refund: whoever knows the terminal's refund PIN, or the manager with a code of their own. */
export type RefundAuthority = 'pin' | 'manager';
