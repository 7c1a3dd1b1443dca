import { fromPromise } from 'xstate';
import type { ShopClerk } from '../domain/payment-gateway.ts';
import type { StaffAnswer } from '../machines/staff.machine.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** The shop's clerks; null when the list is out of reach, refused or empty, so that nothing can be told from it. */
async function clerksOf(desk: PaymentDesk, signal: AbortSignal): Promise<readonly ShopClerk[] | null> {
  const { configuration } = desk.parts.settings.current();
  if (configuration === null) return null;
  const answer = await desk.calls.attempt((call) => desk.parts.gateway.shopStaff(configuration, call), { signal });
  if (answer.kind !== 'staff' || answer.clerks === null || answer.clerks.length === 0) return null;
  return answer.clerks;
}

async function setStaff(desk: PaymentDesk, staffId: string, signal: AbortSignal): Promise<StaffAnswer> {
  const clerks = await clerksOf(desk, signal);
  signal.throwIfAborted();
  const clerk = clerks?.find(({ id }) => id === staffId);
  if (clerks !== null && clerk === undefined) return { kind: 'unknown-staff' };
  const name = clerk?.name ?? null;
  await desk.parts.settings.setStaff(staffId, name);
  return { kind: 'set', name, checked: clerk !== undefined };
}

/** What the staff flow asks for (A6). A shop without network must be able to change its staff: then the id is kept unchecked. */
export function staffPorts(desk: PaymentDesk) {
  return {
    setStaff: fromPromise<StaffAnswer, { staffId: string }>(({ input, signal }) =>
      setStaff(desk, input.staffId, signal),
    ),
  };
}
