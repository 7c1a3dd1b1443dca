import type { Clock } from './contract.ts';

/** Node fires a timer that is longer than this at once, so longer ones are waited for in parts. */
const TIMER_MS_MAX = 2_147_483_647;

interface SystemTimer {
  handle: NodeJS.Timeout;
}

/** The machine's own time. */
export class SystemClock implements Clock {
  wallMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    // Not `performance.now()`: what stands behind that is another 30th of a start.
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  }

  setTimeout(callback: (...parameters: unknown[]) => void, delayMs: number): unknown {
    const timer: SystemTimer = { handle: setTimeout(() => undefined, 0) };
    clearTimeout(timer.handle);
    const wait = (leftMs: number): void => {
      const partMs = Math.min(leftMs, TIMER_MS_MAX);
      timer.handle = setTimeout(() => (leftMs > partMs ? wait(leftMs - partMs) : callback()), partMs);
    };
    wait(Number.isFinite(delayMs) ? Math.max(0, delayMs) : delayMs === Infinity ? Number.MAX_SAFE_INTEGER : 0);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    if (isTimer(timer)) clearTimeout(timer.handle);
  }
}

function isTimer(timer: unknown): timer is SystemTimer {
  return typeof timer === 'object' && timer !== null && 'handle' in timer;
}
