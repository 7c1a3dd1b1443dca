import type { Telemetry } from '../../fleet/contract/telemetry.ts';
import type { DomainFailoverContext } from '../../machines/domain-failover.machine.ts';
import type { TerminalContext } from '../../machines/terminal-orders.ts';

const DOMAINS_MAX = 16;

/** What a telemetry says of the terminal's surroundings. */
export function surroundingsOf(status: TerminalContext['status']): Pick<Telemetry, 'cfgd' | 'prn' | 'sto'> {
  return { cfgd: status.configured, prn: status.printer, sto: status.storage };
}

/** Health of each domain; one that nobody asked yet is not down. */
export function domainHealthOf(context: DomainFailoverContext): NonNullable<Telemetry['dom']> {
  return context.domains.slice(0, DOMAINS_MAX).map((domain) => {
    const health = context.health[domain];
    const ms = health?.latencyMs ?? null;
    const host = URL.canParse(domain) ? new URL(domain).host : domain.slice(0, 253);
    return { d: host, up: health?.state !== 'bad', ms, sel: domain === context.chosen };
  });
}
