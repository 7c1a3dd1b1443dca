/** How often a row must be shown: once, for both platforms, for Alipay or both under each numbering of the states. */
export type Spread = 'once' | 'platforms' | 'alipay × profiles' | 'platforms × profiles';

/** A row of the acceptance table. */
export interface TableRow {
  readonly id: string;
  readonly words: string;
  readonly spread: Spread;
  /** Set where no scenario can show the row: the report says it instead of passing over it. */
  readonly withoutScenario?: string;
}

const row = (id: string, spread: Spread, words: string): TableRow => ({ id, words, spread });

/** Required functions (A), optional functions (B) and test cases (C), in the order of the table. */
export const ACCEPTANCE_TABLE: readonly TableRow[] = [
  row('A1', 'once', 'configured by the QR with one GET, spoken, repeatable; a failed attempt keeps the old one'),
  row('A2', 'platforms', 'straight to the gateway over TLS 1.2 or newer, certificates verified'),
  row(
    'A3',
    'platforms × profiles',
    'amount, code, result; unknown is queried, never guessed, and reconciled afterwards',
  ),
  row('A4', 'platforms × profiles', 'refund: scan, refundable rest, lower it; accepted is not refunded'),
  row('A5', 'platforms × profiles', 'a scanned or typed order number shows the state'),
  row('A6', 'platforms', 'the staff id is set on the terminal and travels in every order'),
  row('A7', 'once', 'upgrade on-line, and from a stick or a file without network'),
  row('A8', 'platforms', 'four domains: a probe for the operator, and switching while paying, never charging twice'),
  row('A9', 'once', 'a WiFi QR joins its network'),
  row('A10', 'platforms', 'sub_terminal_type in every OrderClient; without it no payment is taken'),
  row('A11', 'platforms', 'slips on ESC/POS paper, with a barcode that can be scanned back'),
  row('A12', 'platforms', 'the voice tells every result, once'),
  {
    ...row('A13', 'once', 'the manual for providers and cashiers'),
    withoutScenario: 'not part of the terminal: docs/',
  },
  row('B1', 'platforms', 'the flow of payments and refunds, on the terminal'),
  row('B2', 'platforms × profiles', 'sums by day, platform and staff, beside those of the gateway'),
  row('B3', 'platforms × profiles', 'the voice names the platform and the amount'),
  row('C1', 'platforms × profiles', '0.02 and other amounts are paid'),
  row('C2', 'platforms × profiles', 'an order that needs the password'),
  row('C3', 'platforms × profiles', 'never "timed out" or "failed" for what the customer paid'),
  row('C4', 'once', 'amount 0, and what rounds to 0, is refused; nothing is sent'),
  row('C5', 'platforms × profiles', '0.02 paid, refunded 0.01 twice, never by more; every state shown in between'),
  row(
    'C6',
    'alipay × profiles',
    'a part refund is seen although query_order says paid; a huge detail answer is harmless',
  ),
  row('C7', 'platforms × profiles', 'the voice says platform and amount of payments and refunds'),
  row('C8', 'platforms', 'sub_terminal_type is right in every request'),
];
