import type { Target } from './fault-desk.ts';
import type { InterfaceName } from './fault-script.ts';
import type { Book, LoggedRequest } from './book.ts';
import { isRecord } from './wire.ts';

/** Counts what came in. */
export interface Traffic {
  /** Counts the request and says what it is about. */
  count(name: InterfaceName, host: number, fields: Readonly<Record<string, unknown>>): Target;
  log(entry: LoggedRequest): void;
  /** A call that no terminal may make. */
  trap(): void;
  counts(): Pick<Book, 'requests' | 'calls' | 'subTerminalTypes' | 'traps' | 'log'>;
}

const LOG_MAX = 200;
/** More kinds of terminal than this at once prove nothing further. */
const TYPES_MAX = 8;

/** Numbers longer than the protocol allows are not worth a counter. */
function numberAt(holder: unknown, name: string): string | null {
  const value = isRecord(holder) ? holder[name] : undefined;
  return typeof value === 'string' && value.length > 0 && value.length <= 32 ? value : null;
}

/** Counts from nothing. */
export function createTraffic(): Traffic {
  const requests = new Map<string, Partial<Record<InterfaceName, number>>>();
  const calls: Partial<Record<InterfaceName, number>> = {};
  const types = new Map<InterfaceName, Set<number | null>>();
  const log: LoggedRequest[] = [];
  let reverse = 0;
  return {
    count(name, host, fields) {
      calls[name] = (calls[name] ?? 0) + 1;
      noteType(types, name, fields['order_client']);
      const pay = fields['pay_content'];
      const refund = fields['refund_content'];
      const order =
        numberAt(pay, 'out_trade_no') ?? numberAt(refund, 'out_trade_no') ?? numberAt(fields, 'out_trade_no');
      const refundNumber = numberAt(refund, 'out_refund_no') ?? numberAt(fields, 'out_refund_no');
      const number = refundNumber ?? order;
      const key = fields['pay_mch_key'];
      const total = isRecord(pay) ? pay['total_fee'] : undefined;
      let earlier = 0;
      if (number !== null) {
        const counts = requests.get(number) ?? {};
        earlier = counts[name] ?? 0;
        counts[name] = earlier + 1;
        requests.set(number, counts);
      }
      return {
        name,
        host,
        orderKey: order === null ? null : `${numberAt(key, 'out_sub_mch_id') ?? ''}/${order}`,
        numbers: [refundNumber, order].filter((one) => one !== null),
        earlier,
        totalFen: name === 'micro_pay' && typeof total === 'number' ? total : null,
      };
    },
    log(entry) {
      log.push(entry);
      if (log.length > LOG_MAX) log.shift();
    },
    trap() {
      reverse += 1;
    },
    counts: () => ({
      requests: Object.fromEntries([...requests].map(([number, counts]) => [number, { ...counts }])),
      calls: { ...calls },
      subTerminalTypes: Object.fromEntries([...types].map(([name, seen]) => [name, [...seen]])),
      traps: { reverse },
      log: log.toReversed(),
    }),
  };
}

function noteType(types: Map<InterfaceName, Set<number | null>>, name: InterfaceName, client: unknown): void {
  if (!isRecord(client)) return;
  const value = client['sub_terminal_type'];
  const seen = types.get(name) ?? new Set<number | null>();
  if (seen.size < TYPES_MAX) seen.add(typeof value === 'number' ? value : null);
  types.set(name, seen);
}
