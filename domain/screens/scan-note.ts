/** What the terminal says of a scan that does not fit where it was shown. */
export type ScanNote =
  | 'enter-amount-first'
  | 'not-a-configuration'
  | 'press-enter-first'
  | 'not-a-customer-code'
  | 'own-order-code'
  | 'refresh-code'
  | 'other-wallet'
  | 'foreign-configuration'
  | 'malformed-configuration'
  | 'check-digit'
  | 'foreign-order'
  | 'bad-wifi-code'
  | 'not-an-order'
  | 'foreign-refund'
  | 'unknown-code'
  | 'none';
