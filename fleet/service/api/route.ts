import type * as v from 'valibot';
import type { Clock } from '../../../hal/clock/contract.ts';
import type { Random } from '../../../hal/random/contract.ts';
import type { Downlink } from '../ingest/downlink.ts';
import type { FleetLog } from '../log.ts';
import type { FleetMetrics } from '../metrics.ts';
import type { Operator, Role } from '../state/operators.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { LiveHub } from '../state/live-hub.ts';
import type { FleetStore } from '../store/fleet-store.ts';

/** What the routes work with. */
export interface ApiParts {
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: FleetLog;
  readonly metrics: FleetMetrics;
  readonly downlink: Downlink;
  readonly hub: LiveHub;
  /** Vouches for operators beside the service's own tokens; null: nobody does. */
  readonly provider: IdentityProvider | null;
}

/** A call that passed its schemas, by an operator who may make it. */
export interface ApiCall<Query, Body> {
  readonly parts: ApiParts;
  readonly operator: Operator;
  /** Path parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
}

type Schema<Output> = v.GenericSchema<unknown, Output>;

/** One operation of the API: what the server runs and what the OpenAPI document says come from the same words. */
export interface Route<Query = unknown, Body = unknown> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api/v1`, parameters as `{name}`. */
  readonly path: string;
  readonly summary: string;
  readonly role: Role;
  readonly query?: Schema<Query>;
  readonly body?: Schema<Body>;
  /** What a 200 answers, in words. */
  readonly answer: string;
  /** Its shape, for the document. */
  readonly answerSchema?: v.GenericSchema;
  handle(call: ApiCall<Query, Body>): Promise<object | null>;
}

/** Keeps the types of one route together; the list of all routes need not know them. */
export function route<Query = undefined, Body = undefined>(one: Route<Query, Body>): Route {
  // The server calls `handle` only with what the route's own schemas gave.
  return one;
}

/** An expected refusal: its words are for the caller. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 502;
  readonly code: string;

  constructor(status: 400 | 401 | 403 | 404 | 409 | 413 | 502, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** @throws ApiProblem 404 for null or undefined */
export function found<Value>(value: Value | null | undefined, what: string): Value {
  if (value == null) throw new ApiProblem(404, 'not-found', `${what} is not known`);
  return value;
}
