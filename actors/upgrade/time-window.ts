import type { Clock } from '../../hal/clock/contract.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** Whether the shop's clock is inside the window (minutes after midnight; `to` before `from` runs over midnight). Null: always. */
export function isWithin(
  window: { readonly from: number; readonly to: number } | null,
  wallMs: number,
  utcOffsetMinutes: number,
): boolean {
  if (window === null) return true;
  const minutes = Math.floor(wallMs / MINUTE_MS) + utcOffsetMinutes;
  const now = ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const { from, to } = window;
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

/** Lets time pass. @throws the signal's reason when it is aborted */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.setTimeout(() => resolve(), ms);
  const stop = (): void => {
    clock.clearTimeout(timer);
    resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  await promise;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
}
