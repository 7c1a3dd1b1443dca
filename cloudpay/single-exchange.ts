import Client from 'undici/lib/dispatcher/client.js';
import type { Dispatcher } from 'undici';
import type { Clock } from '../hal/clock/contract.ts';
import { reasonOf, type OpenConnection } from './tls-connection.ts';
import { ANSWER_BYTES_MAX, type TransportAnswer, type TransportRequest } from './transport.ts';

/**
 * One request on one connection that has carried none before, then the connection is closed.
 *
 * How it is known whether bytes were handed over: undici calls `onRequestStart` right before it writes the first byte. An end
 * before that call is `not-sent`, any end after it `lost`. undici could only write a second time on another socket, and its
 * connect function here gives out this one socket once and then fails for good.
 */
export function exchangeOnce(
  connection: OpenConnection,
  request: TransportRequest,
  limits: { readonly clock: Clock; readonly requestTimeoutMs: number },
): Promise<TransportAnswer> {
  const { clock, requestTimeoutMs } = limits;
  const { connectMs, socket } = connection;
  return new Promise((resolve) => {
    const client = clientOn(connection, request.domain);
    let settled = false;
    let startedMs: number | null = null;
    let httpStatus = 0;
    const chunks: Buffer[] = [];
    let bytes = 0;

    const settle = (answer: TransportAnswer) => {
      if (settled) return;
      settled = true;
      clock.clearTimeout(timer);
      request.signal.removeEventListener('abort', onAbort);
      client.destroy().catch(() => undefined);
      socket.destroy();
      resolve(answer);
    };
    const elapsedMs = () => (startedMs === null ? 0 : clock.monotonicMs() - startedMs);
    const stop = (reason: string) =>
      settle(
        startedMs === null
          ? { kind: 'not-sent', reason, connectMs }
          : { kind: 'lost', reason, connectMs, requestMs: elapsedMs() },
      );
    const onAbort = () => stop('cancelled while waiting for the answer');
    // A total limit: undici's own ones start anew with every chunk, so that a trickling answer would pass.
    const timer = clock.setTimeout(() => stop(`no complete answer within ${requestTimeoutMs} ms`), requestTimeoutMs);
    request.signal.addEventListener('abort', onAbort, { once: true });
    if (request.signal.aborted) return onAbort();

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {
        startedMs = clock.monotonicMs();
      },
      onResponseStart(_controller, statusCode, headers) {
        httpStatus = statusCode;
        if (Number(headers['content-length'] ?? 0) > ANSWER_BYTES_MAX) stop(`answer over ${ANSWER_BYTES_MAX} bytes`);
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) return stop(`answer over ${ANSWER_BYTES_MAX} bytes`);
        chunks.push(chunk);
      },
      onResponseEnd() {
        settle({ kind: 'answer', httpStatus, body: Buffer.concat(chunks), connectMs, requestMs: elapsedMs() });
      },
      onResponseError(_controller, error) {
        stop(reasonOf(error));
      },
    };
    try {
      client.dispatch(dispatchOptions(request), handler);
    } catch (error) {
      stop(reasonOf(error));
    }
  });
}

function dispatchOptions(request: TransportRequest): Dispatcher.DispatchOptions {
  return {
    method: request.method,
    path: request.path,
    body: request.body,
    reset: true,
    headers: {
      accept: 'application/json',
      'user-agent': 'till',
      ...(request.method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
  };
}

function clientOn(connection: OpenConnection, domain: string): InstanceType<typeof Client> {
  let given = false;
  return new Client(new URL(domain).origin, {
    allowH2: false,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    // Not at once: undici overlooks a connection that stands before its own connect call has returned.
    connect: (_options, callback) =>
      queueMicrotask(() => {
        if (given || connection.socket.destroyed) {
          callback(new Error('the connection was closed before the request was written'), null);
          return;
        }
        given = true;
        callback(null, connection.socket);
      }),
  });
}
