import type { Clock } from './contract.ts';

interface VirtualTimer {
  readonly dueMs: number;
  /** Order of creation: timers that are due at the same instant fire in it. */
  readonly order: number;
  readonly callback: (...parameters: unknown[]) => void;
  cancelled: boolean;
}

/**
 * Time that passes only when told to. Every timer fires exactly at its due time and in order, timers that fire others included,
 * so that one seed gives one life. The wall clock may jump; timers and the monotonic clock never notice.
 */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #wallOffsetMs: number;
  #order = 0;
  #live = 0;
  readonly #heap: VirtualTimer[] = [];

  /** `wallMs`: the wall clock at monotonic 0. */
  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.#wallOffsetMs = wallMs;
  }

  wallMs(): number {
    return this.#wallOffsetMs + Math.floor(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimeout(callback: (...parameters: unknown[]) => void, delayMs: number): unknown {
    const dueMs = this.#nowMs + (delayMs > 0 ? delayMs : 0);
    const timer: VirtualTimer = { dueMs, order: this.#order++, callback, cancelled: false };
    this.#live += 1;
    this.#push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    const known = timer as VirtualTimer | null | undefined;
    if (known === null || known === undefined || known.cancelled !== false) return;
    known.cancelled = true;
    this.#live -= 1;
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#live;
  }

  /** Monotonic instant of the next timer, or null. */
  get nextDueMs(): number | null {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs ?? null;
  }

  /** Goes to the next timer and fires it; false when there is none. */
  runNext(): boolean {
    this.#dropCancelled();
    const timer = this.#pop();
    if (timer === undefined) return false;
    timer.cancelled = true;
    this.#live -= 1;
    this.#nowMs = timer.dueMs;
    timer.callback();
    return true;
  }

  /** Fires everything due up to that monotonic instant, the last millisecond included, and stays there. */
  runUntil(monotonicMs: number): void {
    for (let due = this.nextDueMs; due !== null && due <= monotonicMs; due = this.nextDueMs) this.runNext();
    this.#nowMs = Math.max(this.#nowMs, monotonicMs);
  }

  advance(ms: number): void {
    this.runUntil(this.#nowMs + ms);
  }

  /** Moves the wall clock alone, back with a negative number: no RTC, first NTP sync, a wrong hand. */
  jumpWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled === true) this.#pop();
  }

  #push(timer: VirtualTimer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(timer, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #pop(): VirtualTimer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const moved = heap.pop();
    if (moved === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const left = heap[below];
      const right = heap[below + 1];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) below += 1;
      const child = heap[below];
      if (child === undefined || !isBefore(child, moved)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = moved;
    return first;
  }
}

function isBefore(one: VirtualTimer, other: VirtualTimer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
