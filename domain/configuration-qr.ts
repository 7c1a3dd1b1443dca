import type { Domain } from './payment-gateway.ts';
import type { Scan } from './scan.ts';
import { Secret } from './secret.ts';

/** The path of the configuration interface (cloudpay-api §7.2). */
export const CONFIGURATION_PATH = '/cpay/use_device_setting';
/** Documented as 20 bytes each; longer ones of later gateways are let through up to here. */
const TICKET_PART_LENGTH_MAX = 64;

type ConfigurationScan = Extract<Scan, { kind: 'configuration' | 'configuration-refused' }>;

/**
 * The parts of a query string by name, percent-decoded; `+` stays `+`, because a ticket is no web form.
 * `null` when a part cannot be decoded or a name occurs twice.
 */
function queryParts(search: string): Map<string, string> | null {
  const parts = new Map<string, string>();
  for (const pair of search.replace(/^\?/, '').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    try {
      const name = decodeURIComponent(equals < 0 ? pair : pair.slice(0, equals));
      if (parts.has(name)) return null;
      parts.set(name, equals < 0 ? '' : decodeURIComponent(pair.slice(equals + 1)));
    } catch {
      return null;
    }
  }
  return parts;
}

function ticketPart(text: string | undefined): string | null {
  return text !== undefined && text.length <= TICKET_PART_LENGTH_MAX && /^[!-~]+$/.test(text) ? text : null;
}

function originOf(domain: Domain): string | null {
  try {
    return new URL(domain).origin;
  } catch {
    return null;
  }
}

/**
 * A configuration QR, checked against the terminal's own domains: the configuration it leads to names the key that
 * every payment is trusted by, so a foreign host must never be asked. `null` for any other URL or text; never throws.
 */
export function readConfigurationQr(text: string, domains: readonly Domain[]): ConfigurationScan | null {
  if (!/^https?:\/\//i.test(text)) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (url.pathname !== CONFIGURATION_PATH) return null;
  const domain = domains.find((candidate) => originOf(candidate) === url.origin);
  if (domain === undefined || url.username !== '' || url.password !== '') {
    return { kind: 'configuration-refused', reason: 'foreign-host' };
  }
  const parts = queryParts(url.search);
  const osi = ticketPart(parts?.get('osi'));
  const si = ticketPart(parts?.get('si'));
  if (osi === null || si === null) return { kind: 'configuration-refused', reason: 'malformed' };
  return { kind: 'configuration', domain, ticket: { osi, si: new Secret(si) } };
}
