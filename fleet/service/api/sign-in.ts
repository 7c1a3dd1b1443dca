import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { type Operator, operatorOfSession, operatorOfToken } from '../state/operators.ts';
import { ApiProblem, type ApiParts } from './route.ts';

/** Holds a browser's session; only its hash is in the store. */
export const SESSION_COOKIE = 'till_fleet';
const TOKEN_CHARACTERS_MAX = 128;

/**
 * Who calls: by `Authorization: Bearer <token>`, or by the session cookie of a page of this very origin.
 * @throws ApiProblem 401 without either, 403 for a cookie that another site's page made the browser send
 */
export async function callerOf(context: Context, { store, clock }: ApiParts): Promise<Operator> {
  const token = bearerToken(context);
  if (token !== null) {
    const operator = await operatorOfToken(store.db, token, clock.wallMs());
    if (operator !== null) return operator;
    throw new ApiProblem(401, 'bad-token', 'the token is not known, was revoked or has run out');
  }
  const session = getCookie(context, SESSION_COOKIE);
  if (session === undefined || session.length > TOKEN_CHARACTERS_MAX) {
    throw new ApiProblem(401, 'no-token', 'sign in, or send Authorization: Bearer <token>');
  }
  if (isFromElsewhere(context)) throw new ApiProblem(403, 'cross-site', 'the request comes from another site');
  const operator = await operatorOfSession(store.db, session, clock.wallMs());
  if (operator === null) throw new ApiProblem(401, 'session-ended', 'the session has ended: sign in again');
  return operator;
}

function bearerToken(context: Context): string | null {
  const header = context.req.header('authorization');
  if (header === undefined) return null;
  const token = /^Bearer ([A-Za-z0-9_-]+)$/.exec(header)?.[1] ?? '';
  return token.length <= TOKEN_CHARACTERS_MAX ? token : '';
}

/** SameSite=Strict keeps foreign pages out already; this holds in a browser that forgot. */
function isFromElsewhere(context: Context): boolean {
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = context.req.header('origin');
  return origin !== undefined && URL.parse(origin)?.host !== context.req.header('host');
}
