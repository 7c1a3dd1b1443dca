import type { ActorAt } from './inside-history.ts';

/** One place where two values differ. */
export interface Difference {
  /** Keys from the outside in, joined by dots. */
  readonly path: string;
  /** Undefined: it is not there. */
  readonly a: unknown;
  readonly b: unknown;
}

/** How one actor differs between two looks inside. */
export interface ActorDifference {
  readonly id: string;
  readonly machine: string;
  /** Null: the actor does not live in that one. */
  readonly a: ActorAt | null;
  readonly b: ActorAt | null;
  readonly isStateChanged: boolean;
  readonly context: readonly Difference[];
}

const DIFFERENCES_MAX = 200;
const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Where two JSON values differ, at most 200 places. */
export function differencesOf(a: unknown, b: unknown, path = '', found: Difference[] = []): Difference[] {
  if (found.length >= DIFFERENCES_MAX || Object.is(a, b)) return found;
  const alike = isBranch(a) && isBranch(b) && Array.isArray(a) === Array.isArray(b);
  if (!alike) {
    found.push({ path, a, b });
    return found;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    differencesOf(a[key], b[key], path === '' ? key : `${path}.${key}`, found);
  }
  return found;
}

function differenceOf(id: string, a: ActorAt | null, b: ActorAt | null): ActorDifference {
  const isBoth = a !== null && b !== null;
  return {
    ...{ id, machine: (a ?? b)?.machine ?? '', a, b },
    isStateChanged: !isBoth || differencesOf(a.state, b.state).length > 0,
    context: isBoth ? differencesOf(a.context, b.context) : [],
  };
}

/** The actors that differ between two looks inside, by name. */
export function actorDifferences(a: readonly ActorAt[], b: readonly ActorAt[]): ActorDifference[] {
  const inA = new Map(a.map((actor) => [actor.id, actor]));
  const inB = new Map(b.map((actor) => [actor.id, actor]));
  const ids = [...new Set([...inA.keys(), ...inB.keys()])].toSorted();
  const all = ids.map((id) => differenceOf(id, inA.get(id) ?? null, inB.get(id) ?? null));
  return all.filter(({ isStateChanged, context }) => isStateChanged || context.length > 0);
}
