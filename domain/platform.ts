/** The wallet that a customer pays with; also the journal's and the wire's word (§4 PayPlatform 1 and 2). */
export type Platform = 'wechat' | 'alipay';

/** Every wallet, in the order in which totals and reports list them. */
export const PLATFORMS: readonly Platform[] = ['wechat', 'alipay'];
