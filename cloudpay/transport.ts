import type { Domain } from '../domain/payment-gateway.ts';

/** The largest answer read from the gateway; `client_order_detail` rows repeat the whole shop and reach tens of kilobytes. */
export const ANSWER_BYTES_MAX = 256 * 1024;

/** One request to one domain. */
export interface TransportRequest {
  /** Base URL. */
  readonly domain: Domain;
  readonly method: 'GET' | 'POST';
  /** Path and query, e.g. `/cpay/micro_pay`. */
  readonly path: string;
  /** The exact text that is sent; null: none. */
  readonly body: string | null;
  readonly signal: AbortSignal;
}

/**
 * What one attempt came to.
 * `not-sent` is a promise on which M2 rests: no byte of the request was handed to a connected TLS socket (name look-up, TCP,
 * TLS handshake, certificate or connect time-out). Whatever is not certain is `lost`: the gateway may have taken the request.
 */
export type TransportAnswer =
  | {
      readonly kind: 'answer';
      readonly httpStatus: number;
      readonly body: Uint8Array;
      readonly connectMs: number;
      readonly requestMs: number;
    }
  | { readonly kind: 'not-sent'; readonly reason: string; readonly connectMs: number }
  | { readonly kind: 'lost'; readonly reason: string; readonly connectMs: number; readonly requestMs: number };

/**
 * Carries bytes to one domain and back; knows nothing of money. The one seam between the protocol and sockets: the simulated
 * world fulfils it without any. It never repeats a request by itself, never follows a redirect and never rejects.
 */
export interface Transport {
  request(request: TransportRequest): Promise<TransportAnswer>;
  /** Opens a connection that the next request on this domain uses if it is still alive. Never rejects. */
  warmUp(domain: Domain, signal: AbortSignal): Promise<void>;
  /** Closes every connection; requests under way end as `lost` or `not-sent`. Idempotent. */
  close(): Promise<void>;
}
