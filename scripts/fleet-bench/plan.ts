/** What was measured, as far as the plan needs it. */
export interface Measured {
  /** Events committed and acknowledged a second by one worker. */
  readonly eventsPerSecond: number;
  /** How much more two and four workers did; null where it was not measured. */
  readonly growth: { readonly two: number; readonly four: number } | null;
  readonly bytesPerConnection: number;
}

/** What a busy terminal says in a day; from the contract's own limits and a shop with 300 customers. */
const SHOP = { paymentsADay: 300, eventsAPayment: 4, busyHours: 10, peakFactor: 3, bytesAnEvent: 260 } as const;
const TERMINALS = 1_000_000;
const CONNECTIONS_A_NODE = 100_000;
const RETENTION_DAYS = 90;
/** Full engines are late engines. */
const LOAD = 0.5;

/** The plan for a million terminals, computed from what this machine did: not a promise, an arithmetic. */
export function planFor({ eventsPerSecond, growth, bytesPerConnection }: Measured): string[] {
  const eventsADay = TERMINALS * SHOP.paymentsADay * SHOP.eventsAPayment;
  const peak = (eventsADay / (SHOP.busyHours * 3600)) * SHOP.peakFactor;
  const perWorker = eventsPerSecond * LOAD;
  // What a second worker on the same two cores brings says how much of the work is the database's.
  const efficiency = growth === null ? 1 : Math.min(1, Math.max(0.25, growth.two / 2));
  const workers = Math.ceil(peak / (perWorker * efficiency));
  const gigabytesADay = (eventsADay * SHOP.bytesAnEvent) / 1e9;
  const brokers = Math.ceil(TERMINALS / CONNECTIONS_A_NODE);
  const memory = (TERMINALS * bytesPerConnection) / 1e9;
  const cells = Math.max(1, Math.ceil(peak / (perWorker * 8)));
  return [
    `${TERMINALS.toLocaleString('en')} terminals, ${SHOP.paymentsADay} payments a day each: ${Math.round(eventsADay / 1e6)} million events a day, ${Math.round(peak)} a second at the peak`,
    `broker: ${brokers} nodes of ${CONNECTIONS_A_NODE.toLocaleString('en')} connections, ${memory.toFixed(1)} GB for connections in all`,
    `ingest: ${workers} workers of this machine's kind at ${Math.round(LOAD * 100)} % load (${Math.round(perWorker)} events/s each, ${Math.round(efficiency * 100)} % of it beside others)`,
    `database: ${Math.round(gigabytesADay)} GB a day, ${((gigabytesADay * RETENTION_DAYS) / 1000).toFixed(1)} TB for ${RETENTION_DAYS} days`,
    `${cells} cells, so that no database takes more than eight workers; a terminal belongs to one cell`,
  ];
}
