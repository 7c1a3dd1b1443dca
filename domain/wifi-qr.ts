import type { Scan } from './scan.ts';
import { Secret } from './secret.ts';
import type { WifiNetwork } from './wifi-network.ts';

type WifiScan = Extract<Scan, { kind: 'wifi' | 'wifi-refused' }>;
type Fields = ReadonlyMap<string, string>;
type Reading = { readonly network: WifiNetwork } | { readonly refused: string };

const HEAD = /^wifi:/i;

/** Splits at `;` that no backslash precedes. Escapes are kept; a lone backslash at the end stays. */
function splitEscaped(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && at + 1 < text.length) {
      part += character + text.charAt(at + 1);
      at += 1;
    } else if (character === ';') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

/** Quotes that are not escaped wrap values which would otherwise read as hexadecimal. */
function unquote(raw: string): string {
  return raw.length >= 2 && raw.startsWith('"') && raw.endsWith('"') && !raw.endsWith('\\"') ? raw.slice(1, -1) : raw;
}

function fieldsOf(parts: readonly string[], decode: (raw: string) => string): Fields {
  const fields = new Map<string, string>();
  for (const part of parts) {
    const colon = part.indexOf(':');
    if (colon < 1) continue;
    const name = part.slice(0, colon).trim().toUpperCase();
    if (!fields.has(name)) fields.set(name, decode(unquote(part.slice(colon + 1))));
  }
  return fields;
}

/** The dialect of most generators: `\` before `\ ; , : "`. */
function backslashFields(body: string): Fields {
  return fieldsOf(splitEscaped(body), (raw) => raw.replace(/\\(.)/gs, '$1'));
}

/** The dialect of the Wi-Fi Alliance: percent-encoding, no backslashes. `null` when nothing is encoded or it cannot be decoded. */
function percentFields(body: string): Fields | null {
  if (!/%[0-9a-f]{2}/i.test(body)) return null;
  try {
    return fieldsOf(body.split(';'), (raw) => decodeURIComponent(raw));
  } catch {
    return null;
  }
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function securityOf(fields: Fields): WifiNetwork['security'] | { readonly refused: string } {
  const type = (fields.get('T') ?? '').trim().toUpperCase();
  if (/EAP|802\.?1X|ENTERPRISE/.test(type) || ['E', 'PH2', 'I', 'A'].some((name) => (fields.get(name) ?? '') !== '')) {
    return {
      refused: 'enterprise networks (user name and password) are not supported; use a network with one passphrase',
    };
  }
  if (type === '' || type === 'NOPASS' || type === 'NONE' || type === 'OPEN' || type === 'OWE') return 'open';
  if (type === 'WEP') return 'wep';
  if (type === 'SAE' || /^WPA3(?:[-_ /]?(?:PSK|SAE|PERSONAL))?$/.test(type)) return 'sae';
  // R:1 says that the network has left WPA2 behind: joining with the older protocol would be refused or unsafe.
  if (/^WPA2?(?:[-_ /](?:WPA[23]|PSK|PERSONAL|SAE))*$/.test(type)) return fields.get('R') === '1' ? 'sae' : 'wpa';
  return { refused: `the security type is not known; WPA, WPA2, WPA3, SAE, WEP and nopass are` };
}

function passphraseFault(security: WifiNetwork['security'], passphrase: string): string | null {
  const bytes = utf8Length(passphrase);
  if (/\p{Cc}/u.test(passphrase)) return 'the passphrase holds control characters';
  if (security === 'wpa' && !/^[0-9a-f]{64}$/i.test(passphrase) && (bytes < 8 || bytes > 63)) {
    return `the passphrase has ${bytes} bytes; 8 to 63, or 64 hexadecimal digits, are possible`;
  }
  if (security === 'sae' && (bytes < 1 || bytes > 63)) return `the passphrase has ${bytes} bytes; 1 to 63 are possible`;
  if (
    security === 'wep' &&
    ![5, 13, 16].includes(bytes) &&
    !/^(?:[0-9a-f]{10}|[0-9a-f]{26}|[0-9a-f]{32})$/i.test(passphrase)
  ) {
    return 'a WEP key has 5, 13 or 16 characters, or 10, 26 or 32 hexadecimal digits';
  }
  return null;
}

function readingOf(fields: Fields): Reading {
  const ssid = fields.get('S') ?? '';
  const ssidBytes = utf8Length(ssid);
  if (ssid === '') return { refused: 'the network name (S) is missing' };
  if (ssidBytes > 32) return { refused: `the network name has ${ssidBytes} bytes; at most 32 are possible` };
  if (/\p{Cc}/u.test(ssid)) return { refused: 'the network name holds control characters' };
  const security = securityOf(fields);
  if (typeof security === 'object') return security;
  const hidden = /^(?:true|1)$/i.test(fields.get('H') ?? '');
  if (security === 'open') return { network: { ssid, security, passphrase: null, hidden } };
  const passphrase = fields.get('P') ?? '';
  const fault = passphraseFault(security, passphrase);
  return fault === null
    ? { network: { ssid, security, passphrase: new Secret(passphrase), hidden } }
    : { refused: fault };
}

function sameNetwork(one: WifiNetwork, other: WifiNetwork): boolean {
  return one.ssid === other.ssid && one.passphrase?.reveal() === other.passphrase?.reveal();
}

/**
 * A WiFi QR in both dialects and any order of fields; unknown fields are ignored, only the name is required.
 * A `%` is ambiguous: the backslash reading comes first, the percent reading second, and the radio finds out which
 * one associates. `null` for any other text; never throws. A refusal names no secret.
 */
export function readWifiQr(text: string): WifiScan | null {
  if (!HEAD.test(text)) return null;
  const body = text.replace(HEAD, '');
  const percent = percentFields(body);
  const readings = [backslashFields(body), ...(percent === null ? [] : [percent])].map(readingOf);
  const networks = readings.flatMap((reading) => ('network' in reading ? [reading.network] : []));
  const distinct = networks.filter((network, at) => networks.findIndex((other) => sameNetwork(network, other)) === at);
  if (distinct.length > 0) return { kind: 'wifi', readings: distinct };
  const first = readings[0];
  return { kind: 'wifi-refused', reason: first !== undefined && 'refused' in first ? first.refused : 'not readable' };
}
