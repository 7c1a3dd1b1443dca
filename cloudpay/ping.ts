import type { GatewayCall, PingAnswer } from '../domain/payment-gateway.ts';
import { parseJson } from './envelope.ts';
import { shaped, unusableReason } from './gateway-exchange.ts';
import { PingAnswerSchema } from './schemas/ping.ts';
import { maskedText } from './trace-text.ts';
import type { Transport } from './transport.ts';

/** Asks whether a domain is usable: HTTP 2xx, JSON, status 0 (§7.1). */
export async function ping(transport: Transport, call: GatewayCall): Promise<PingAnswer> {
  const answer = await transport.request({ ...call, method: 'POST', path: '/cpay/ping', body: null });
  const latencyMs = answer.connectMs + (answer.kind === 'not-sent' ? 0 : answer.requestMs);
  const dead = (reason: string): PingAnswer => ({ kind: 'dead', reason: maskedText(reason), latencyMs });
  if (answer.kind !== 'answer') return dead(answer.reason);
  const unusable = unusableReason(answer);
  if (unusable !== null) return dead(unusable);
  const pong = shaped(PingAnswerSchema, parseJson(answer.body));
  if (pong === null) return dead('the ping answer is not readable');
  if (pong.status !== 0) return dead(`ping status ${pong.status}`);
  const timestamp = pong.timestamp ?? 0;
  return { kind: 'alive', latencyMs, gatewayTimeMs: timestamp > 0 ? timestamp * 1000 : null };
}
