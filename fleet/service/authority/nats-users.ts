import type { IssuedCertificate } from './issued-log.ts';

/** The users of a NATS cluster, for its configuration: workers without bounds, each terminal with its own subtree, the revoked with nothing. */
export function natsUsers(issued: readonly IssuedCertificate[]): string {
  const inForce = new Map(issued.filter(({ revokedMs }) => revokedMs === null).map((one) => [one.name, one]));
  const lines = [...inForce.values()].flatMap(({ name, kind }) => {
    if (kind === 'worker') return [`  { user: "CN=${name}" }`];
    if (kind !== 'terminal') return [];
    const [up, down] = [`"f.v1.${name}.up.>"`, `"f.v1.${name}.dn", "f.v1.${name}.dn.>"`];
    return [`  { user: "CN=${name}", permissions: { publish: [ ${up} ], subscribe: [ ${down} ] } }`];
  });
  return `users: [\n${lines.join('\n')}\n]\n`;
}
