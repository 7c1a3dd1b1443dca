import { constants, createHash, createHmac, timingSafeEqual, verify } from 'node:crypto';

/** The authentication code of §2.2: HMAC-SHA256 over the exact UTF-8 bytes, key taken as text, upper-case hex. */
export function authenCode(key: string, content: string): string {
  return createHmac('sha256', key).update(content, 'utf8').digest('hex').toUpperCase();
}

/** Compares in constant time; lower-case hex is a wrong code (§9 rule 2). */
export function codeFits(key: string, content: string, code: string): boolean {
  const wanted = Buffer.from(authenCode(key, content));
  const given = Buffer.from(code, 'utf8');
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

/** RSASSA-PSS-2048-SHA256 with any salt length (§2.3). A key or signature that cannot be read does not fit. */
export function signatureFits(publicKeyPem: string, content: string, signBase64: string): boolean {
  try {
    return verify(
      'sha256',
      Buffer.from(content, 'utf8'),
      { key: publicKeyPem, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
      Buffer.from(signBase64, 'base64'),
    );
  } catch {
    return false;
  }
}

/** JSON as the live gateway writes it: everything outside ASCII as `\uXXXX` with upper-case hex (§2.2). */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

/** A customer code as it may be kept: comparable, not readable. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** First two and last two digits. */
export function masked(code: string): string {
  return `${code.slice(0, 2)}…${code.slice(-2)}`;
}

/** A request envelope, taken apart: the signed text, its fields, and what vouches for it. */
export interface OpenedEnvelope {
  /** The exact text that the code or signature is over. */
  readonly content: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** HMAC (§2.2); null: none came. */
  readonly code: string | null;
  /** RSA signature (§2.3); null: none came. */
  readonly sign: string | null;
}

/** Narrows to a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Opens a request envelope (§2.1). The text that was signed is kept as it came.
 * @returns the parts, or in words what is wrong with it (§9 rule 1)
 */
export function openEnvelope(body: string): OpenedEnvelope | string {
  const outer = parsed(body);
  if (!isRecord(outer)) return 'the body is not a JSON object';
  const content = outer['request_content'];
  if (typeof content !== 'string') return 'request_content is not a string';
  const fields = parsed(content);
  if (!isRecord(fields)) return 'request_content does not hold a JSON object';
  const authen = outer['authen_info'];
  if (!isRecord(authen)) return 'authen_info is missing';
  const a = authen['a'];
  const s = authen['s'];
  if (a !== undefined) {
    if (!isRecord(a) || typeof a['authen_code'] !== 'string') return 'authen_info.a.authen_code is not a string';
    if (a['authen_type'] !== 1) return 'authen_info.a.authen_type must be 1 (HMAC-SHA256)';
    return { content, fields, code: a['authen_code'], sign: null };
  }
  if (!isRecord(s) || typeof s['sign'] !== 'string') return 'authen_info carries neither a nor s';
  if (s['sign_type'] !== 1) return 'authen_info.s.sign_type must be 1 (RSASSA-PSS-2048-SHA256)';
  return { content, fields, code: null, sign: s['sign'] };
}

/** Wraps the answer; without a key it is sent unsigned. */
export function sealAnswer(content: string, key: string | null): string {
  const authen = key === null ? {} : { authen_info: { a: { authen_type: 1, authen_code: authenCode(key, content) } } };
  return JSON.stringify({ response_content: content, ...authen });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
