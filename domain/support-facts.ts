/** One request to the gateway, as support wants to see it. Holds no secret. */
export interface SupportCall {
  /** `HH:MM:SS` on the shop's wall. */
  readonly time: string;
  /** The trade's name of the interface, e.g. `micro_pay`. */
  readonly operation: string;
  /** What came of it, e.g. `refused`, `unknown`, `not-sent`. */
  readonly kind: string;
  /** Host and port. */
  readonly host: string;
  readonly status: number | null;
  readonly internalStatus: number | null;
  readonly logId: string | null;
  /** Milliseconds until the connection stood, and from the first request byte to the last answer byte. */
  readonly connectMs: number;
  readonly requestMs: number;
}

/** What a phone forwards to the service provider after something failed. */
export interface SupportFacts {
  readonly sn: string;
  readonly version: string;
  /** On the shop's wall. */
  readonly at: string;
  readonly order: string | null;
  readonly refund: string | null;
  /** Oldest first; the newest of a long row. */
  readonly calls: readonly SupportCall[];
}

/** What the facts are about; both null: whatever was called last. */
export interface SupportSubject {
  readonly order: string | null;
  readonly refund: string | null;
}

/** `104/407`, or what came of a request that got no answer. */
export function codesOf({ kind, status, internalStatus }: SupportCall): string {
  if (status === null) return kind;
  return internalStatus === null ? String(status) : `${status}/${internalStatus}`;
}

/** The text of the QR code: short lines that a person can read too. */
export function supportText({ sn, version, at, order, refund, calls }: SupportFacts): string {
  return [
    `TILL ${version} ${sn}`,
    at,
    ...(order === null ? [] : [`order ${order}`]),
    ...(refund === null ? [] : [`refund ${refund}`]),
    ...calls.map((call) => {
      const log = call.logId === null ? '' : ` log ${call.logId}`;
      const timing = `${Math.round(call.connectMs)}+${Math.round(call.requestMs)}ms`;
      return `${call.time} ${call.operation} ${codesOf(call)}${log} ${call.host} ${timing}`;
    }),
  ].join('\n');
}
