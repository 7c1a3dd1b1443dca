import {
  ANSWER_BYTES_MAX,
  type Transport,
  type TransportAnswer,
  type TransportRequest,
} from '../../cloudpay/transport.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { Sandbox } from '../../simulator/gateway/sandbox.ts';

/** The four domains that the sandbox's hosts stand for here. */
export const VIRTUAL_DOMAINS = [0, 1, 2, 3].map((host) => `https://host${host}.test`);

const REQUEST_TIMEOUT_MS = 10_000;

/** The sandbox without sockets: requests and answers travel on the given clock. */
export function sandboxTransport(sandbox: Sandbox, clock: Clock): Transport {
  return {
    request: (request) => new Promise((resolve) => carry(sandbox, clock, request, resolve)),
    warmUp: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function carry(sandbox: Sandbox, clock: Clock, request: TransportRequest, tell: (answer: TransportAnswer) => void) {
  const host = VIRTUAL_DOMAINS.indexOf(request.domain);
  if (sandbox.hostCondition(host) !== 'up') return tell({ kind: 'not-sent', reason: 'the host is down', connectMs: 1 });
  const [path = '', query = ''] = request.path.split('?');
  const { cut, body, httpStatus, delayMs, truncateAt, silence } = sandbox.handle({
    host,
    method: request.method,
    path,
    query,
    body: request.body ?? '',
  });
  const arrive = (): void => {
    const isWhole = cut === null && !silence && truncateAt === null && delayMs <= REQUEST_TIMEOUT_MS;
    if (request.signal.aborted || !isWhole || body.length > ANSWER_BYTES_MAX)
      return tell({ kind: 'lost', reason: 'no whole answer', connectMs: 1, requestMs: delayMs });
    tell({ kind: 'answer', httpStatus, body: Buffer.from(body, 'utf8'), connectMs: 1, requestMs: delayMs });
  };
  clock.setTimeout(arrive, Math.min(delayMs, REQUEST_TIMEOUT_MS));
}
