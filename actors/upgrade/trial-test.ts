import { UpgradeTrouble } from '../../domain/upgrade-trouble.ts';
import type { PaymentDesk } from '../payment-ports.ts';
import { pause } from './time-window.ts';

const PINGS_MAX = 10;
const PING_PAUSE_MS = 1000;

/**
 * Whether a release on trial can take payments: its journal and settings opened, or this process would not run, and the gateway answers
 * where it did before.
 * @throws UpgradeTrouble `journal`, `gateway`; what settings and printer throw
 */
export async function testTrial(
  desk: PaymentDesk,
  { mustReachGateway }: { readonly mustReachGateway: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { settings, clock, devices } = desk.parts;
  if (!desk.journal.isOpen) throw new UpgradeTrouble('journal', 'the journal is not open');
  settings.current();
  devices.printer.status();
  if (!mustReachGateway) return;
  for (let attempt = 1; !(await aDomainAnswers(desk, signal)); attempt++) {
    if (attempt === PINGS_MAX) throw new UpgradeTrouble('gateway', 'no domain answers, and one did before');
    await pause(clock, PING_PAUSE_MS * attempt, signal);
  }
}

/** Whether any domain of the gateway answers a ping. */
export async function aDomainAnswers({ parts }: PaymentDesk, signal: AbortSignal): Promise<boolean> {
  const { config, gateway } = parts;
  const answers = await Promise.all(config.gateway.domains.map((domain) => gateway.ping({ domain, signal })));
  return answers.some(({ kind }) => kind === 'alive');
}
