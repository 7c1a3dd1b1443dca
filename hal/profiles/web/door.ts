import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { MiddlewareHandler } from 'hono';

/** Everything that the page may load or reach: itself. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Lets in only what a page of this very server sends. The page presses the keys of a till, so a foreign site must not:
 * a foreign `Origin` is refused, and so is a `Host` that is a name other than this machine's, because a foreign name that
 * was re-pointed here (DNS rebinding) would make the foreign site "same origin". Addresses cannot be re-pointed.
 */
export function door(listeningHost: string): MiddlewareHandler {
  const own = new Set([
    'localhost',
    listeningHost.toLowerCase(),
    hostname().toLowerCase(),
    `${hostname().toLowerCase()}.local`,
  ]);
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    const name = hostName(host);
    if (name === null || (isIP(name) === 0 && !own.has(name))) {
      return context.json({ message: `this terminal is not called "${host}"; open it by its address` }, 421);
    }
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD') {
      const refusal = foreignReason(host, context.req.header('origin'), context.req.header('sec-fetch-site'));
      if (refusal !== null) return context.json({ message: refusal }, 403);
      if (!/^application\/json\b/.test(context.req.header('content-type') ?? '')) {
        return context.json({ message: 'the body must be application/json' }, 415);
      }
    }
    await next();
    context.header(
      'content-security-policy',
      context.res.headers.get('content-security-policy') ?? CONTENT_SECURITY_POLICY,
    );
    context.header('x-content-type-options', 'nosniff');
    context.header('referrer-policy', 'no-referrer');
    context.header('cross-origin-opener-policy', 'same-origin');
    context.header('cross-origin-resource-policy', 'same-origin');
    context.header('permissions-policy', 'camera=(self), microphone=(), geolocation=(), payment=()');
    context.header('cache-control', context.res.headers.get('cache-control') ?? 'no-store');
    return undefined;
  };
}

function hostName(host: string): string | null {
  try {
    const name = new URL(`http://${host}`).hostname.toLowerCase();
    return name.startsWith('[') ? name.slice(1, -1) : name;
  } catch {
    return null;
  }
}

function foreignReason(host: string, origin: string | undefined, site: string | undefined): string | null {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'only this page may press its keys';
  if (origin === undefined) return null;
  try {
    return new URL(origin).host === host.toLowerCase() ? null : 'only this page may press its keys';
  } catch {
    return 'only this page may press its keys';
  }
}
