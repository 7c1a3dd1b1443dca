import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { TerminalFailure } from '../domain/failure.ts';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import type { Secret } from '../domain/secret.ts';
import { AnswerEnvelopeSchema } from './schemas/envelope.ts';

/** HMAC-SHA256, the only authentication type that this terminal speaks (§2.2). */
export const AUTHEN_TYPE_HMAC_SHA256 = 1;

/** The authentication code of a content string: upper-case hex over its exact UTF-8 bytes; the key is text, never decoded (§2.2). */
export function authenCode(key: Secret, content: string): string {
  return createHmac('sha256', key.reveal()).update(content, 'utf8').digest('hex').toUpperCase();
}

/**
 * Signs a content string and wraps it for the wire. The string travels exactly as it was signed (§2.1).
 * @throws TerminalFailure `configuration.invalid` when the configuration asks for another kind of authentication.
 */
export function sealRequest(content: string, configuration: DeviceConfiguration): string {
  if (configuration.authenType !== AUTHEN_TYPE_HMAC_SHA256) {
    throw new TerminalFailure(
      'configuration.invalid',
      `authen_type ${configuration.authenType} is not supported: scan a new configuration code`,
    );
  }
  return JSON.stringify({
    request_content: content,
    authen_info: {
      a: { authen_type: AUTHEN_TYPE_HMAC_SHA256, authen_code: authenCode(configuration.authenKey, content) },
    },
  });
}

/** An answer's content, and whether its code verified. An unsigned one proves nothing by itself (§2.4). */
export type OpenedAnswer =
  | { readonly kind: 'signed' | 'unsigned'; readonly text: string; readonly content: unknown }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Reads and verifies an answer over the exact un-escaped content string (§2.4, steps 1 to 3). Never throws. */
export function openAnswer(body: Uint8Array, key: Secret): OpenedAnswer {
  const outer = v.safeParse(AnswerEnvelopeSchema, parseJson(body));
  if (!outer.success) return { kind: 'invalid', reason: 'the answer is not a response envelope' };
  const { response_content: text, authen_info: authenInfo } = outer.output;
  // A lone surrogate would be signed as if it were another character.
  if (!text.isWellFormed()) return { kind: 'invalid', reason: 'the response content is not well-formed Unicode' };
  if (authenInfo !== undefined && !sameText(authenInfo.a.authen_code, authenCode(key, text))) {
    return { kind: 'invalid', reason: 'the authentication code does not fit the answer' };
  }
  const content = parseJson(text);
  if (content === undefined) return { kind: 'invalid', reason: 'the response content is not JSON' };
  return { kind: authenInfo === undefined ? 'unsigned' : 'signed', text, content };
}

/** The value of a JSON text, or undefined when it is none (bytes that are not UTF-8 included). */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    return undefined;
  }
}

function sameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given, 'utf8'), Buffer.from(expected, 'utf8')];
  return left.length === right.length && timingSafeEqual(left, right);
}
