/**
 * Time. The wall clock may jump (no RTC, first NTP sync); the monotonic clock never does, and timers follow it.
 * XState takes it as `createActor(machine, { clock })`.
 */
export interface Clock {
  /** Epoch milliseconds. */
  wallMs(): number;
  /** Milliseconds since some instant in this process life. */
  monotonicMs(): number;
  setTimeout(callback: (...parameters: unknown[]) => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}
