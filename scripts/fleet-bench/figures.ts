/** Events of terminals until each was acknowledged, and what they cost. */
export interface Ingest {
  readonly perSecond: number;
  /** Computing time a thousand events, ms, by who spent it. */
  readonly cost: Readonly<Record<string, number>>;
}

/**
 * Connections that were held at the same time, what each took of its holder's memory, and how long all took to come.
 */
export interface Crowd {
  readonly held: number;
  readonly wanted: number;
  readonly bytesEach: number;
  readonly seconds: number;
}

/** Times of one kind, ms. */
export interface Times {
  readonly seen: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** How long pages of the terminal list take in a large fleet. */
export interface Listing {
  readonly terminals: number;
  /** ms, over HTTP with everything that the console gets; the database's own statement beside it */
  readonly firstPage: Times;
  readonly deepPage: Times;
  readonly search: Times;
  readonly byAlert: Times;
  readonly databaseFirstPage: Times;
  readonly databaseDeepPage: Times;
  /** Every terminal, page by page of 200, ms. */
  readonly wholeMs: number;
}

/** From a transition on a real terminal to its state lit in a browser. */
export interface Lit {
  readonly lit: Times;
  /** The part until the browser was told. */
  readonly told: Times;
  readonly brokerAlone: Times;
  readonly databaseAlone: Times;
}

/** What each section found; a section that was not run is absent. */
export interface BenchFigures {
  database?: Readonly<Record<'one' | 'two' | 'four', Ingest>> & { readonly bytesAnEvent: number };
  embedded?: Readonly<Record<'alone' | 'service', Ingest>>;
  workers?: Readonly<Record<'alone' | 'one' | 'two' | 'four', Ingest>>;
  connections?: Readonly<Record<'embeddedAlone' | 'service' | 'serviceTls' | 'mosquitto', Crowd>>;
  listing?: Listing;
  lit?: Lit;
}

/** Of any number of times; zeros for none. */
export function timesOf(ms: readonly number[]): Times {
  const sorted = ms.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { seen: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
