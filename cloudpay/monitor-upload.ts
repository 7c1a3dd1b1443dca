import type { MonitoredCall, PaymentGateway } from '../domain/payment-gateway.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed } from './gateway-exchange.ts';
import type { TerminalIdentity } from './identity.ts';
import { merchantNumbers, nonce, orderClient } from './request-parts.ts';
import { maskedText } from './trace-text.ts';

/** Interface numbers of the log upload (§4); an operation that has none is not reported. */
const INTERFACE_NUMBERS: Readonly<Record<string, number>> = {
  micro_pay: 100,
  refund: 104,
  query_order: 106,
  query_refund_order: 107,
  upload_client_monitor_info: 202,
  client_order_detail: 221,
  query_order_list_overview: 224,
  ping: 50000,
};

const CALLS_MAX = 200;
const LINES_MAX = 50;

/** The sealed request of upload_client_monitor_info (§7.11), uncompressed, the newest calls first to be kept. */
export function monitorBody(
  report: Parameters<PaymentGateway['uploadMonitoring']>[0],
  identity: TerminalIdentity,
  random: Random,
): string {
  const { configuration } = report;
  const content = {
    ...merchantNumbers(configuration),
    order_client: orderClient(identity, configuration, null),
    interval: Math.round(report.intervalMs / 1000),
    is_compress: false,
    uncompressed_monitor_info: {
      client_int_results: report.calls.slice(-CALLS_MAX).flatMap(reported),
      machine_info: JSON.stringify(report.machine),
    },
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

function reported({ trace, startedAtMs, lines }: MonitoredCall) {
  const number = INTERFACE_NUMBERS[trace.operation];
  if (number === undefined) return [];
  const logId = Number(trace.logId ?? Number.NaN);
  return [
    {
      interface: number,
      ...(trace.status === null ? {} : { status: trace.status }),
      description: maskedText(trace.description),
      time_cost: Math.round(trace.connectMs + trace.requestMs),
      start_time: Math.floor(startedAtMs / 1000),
      logs: lines.slice(0, LINES_MAX).map((line) => maskedText(line)),
      ...(Number.isSafeInteger(logId) ? { log_id: logId } : {}),
      domain_name: new URL(trace.domain).hostname,
    },
  ];
}
