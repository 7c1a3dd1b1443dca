import { readFileSync } from 'node:fs';
import type { ProviderSettings } from '../../fleet/service/api/identity-provider.ts';
import { type Role, ROLES } from '../../fleet/service/state/operators.ts';
import { UsageProblem } from './fleet-options.ts';

/** The options of `till fleet serve` that name an identity provider, for `parseArgs`. */
export const oidcOptions = {
  'public-url': { type: 'string' },
  'oidc-issuer': { type: 'string' },
  'oidc-client-id': { type: 'string' },
  'oidc-secret': { type: 'string' },
  'oidc-scope': { type: 'string', default: 'openid email' },
  'oidc-claim': { type: 'string', default: 'groups' },
  'oidc-role': { type: 'string', multiple: true },
} as const;

type Values = {
  readonly [Name in keyof typeof oidcOptions]?: string | string[] | undefined;
};

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/**
 * The identity provider as the options name it; nothing without one.
 * @throws UsageProblem that names the option that is missing or wrong
 */
export function providerOf(values: Values): { readonly provider?: ProviderSettings } {
  const given = Object.keys(oidcOptions).filter((name) => name.startsWith('oidc-') && !/scope|claim/.test(name));
  if (text(values['oidc-issuer']) === null) {
    const alone = given.find((name) => values[name as keyof Values] !== undefined);
    if (alone !== undefined) throw new UsageProblem(`--${alone} needs --oidc-issuer`);
    return {};
  }
  const secretFile = text(values['oidc-secret']);
  return {
    provider: {
      issuer: urlOf('oidc-issuer', values),
      publicUrl: urlOf('public-url', values),
      clientId: text(values['oidc-client-id']) ?? missing('oidc-client-id'),
      clientSecret: secretFile === null ? null : readFileSync(secretFile, 'utf8').trim(),
      scope: text(values['oidc-scope']) ?? 'openid',
      claim: text(values['oidc-claim']) ?? 'groups',
      roles: rolesOf(values['oidc-role']),
    },
  };
}

const text = (value: Values[keyof Values]): string | null => (typeof value === 'string' && value !== '' ? value : null);

function missing(name: string): never {
  throw new UsageProblem(`--oidc-issuer needs --${name}`);
}

/** A plain connection would hand the operators' sessions to whoever listens. */
function urlOf(name: 'oidc-issuer' | 'public-url', values: Values): URL {
  const url = URL.parse(text(values[name]) ?? missing(name));
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url === null || !isSafe)
    throw new UsageProblem(`--${name} must be https://… (http:// only on a loopback address)`);
  return url;
}

function rolesOf(given: Values['oidc-role']): ProviderSettings['roles'] {
  const roles: Record<Role, string[]> = { viewer: [], support: [], operator: [], admin: [] };
  for (const one of Array.isArray(given) ? given : []) {
    const at = one.indexOf('=');
    const role = ROLES.find((name) => name === one.slice(0, Math.max(0, at)));
    if (role === undefined || at === one.length - 1) {
      throw new UsageProblem(`--oidc-role must be ROLE=VALUE with a role of ${ROLES.join(', ')}, not "${one}"`);
    }
    roles[role].push(one.slice(at + 1));
  }
  if (Object.values(roles).every((values) => values.length === 0)) missing('oidc-role');
  return roles;
}
