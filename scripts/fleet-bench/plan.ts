/** What was measured, as far as the plan needs it. */
export interface Measured {
  /** Computing time of a worker a thousand events, ms. */
  readonly workerCost: number;
  /** Of the database, ms. */
  readonly databaseCost: number;
  /** On the database's disk, with its indexes. */
  readonly bytesAnEvent: number;
  /** Of the process that holds it, with TLS. */
  readonly bytesAConnection: number;
}

/** What a busy shop with 300 customers says in a day. */
const SHOP = { paymentsADay: 300, eventsAPayment: 4, busyHours: 10, peakFactor: 3 } as const;
const TERMINALS = 1_000_000;
const CONNECTIONS_A_NODE = 100_000;
const RETENTION_DAYS = 90;
/** Full engines are late engines. */
const LOAD = 0.5;
/** Of the largest database machine that one wants to look after. */
const DATABASE_CORES = 16;

const number = (value: number): string => Math.round(value).toLocaleString('en');

/** The plan for a million terminals, computed from what this machine did: not a promise, an arithmetic. */
export function planFor({ workerCost, databaseCost, bytesAnEvent, bytesAConnection }: Measured): string[] {
  const eventsADay = TERMINALS * SHOP.paymentsADay * SHOP.eventsAPayment;
  const peak = (eventsADay / (SHOP.busyHours * 3600)) * SHOP.peakFactor;
  const coresFor = (cost: number): number => Math.ceil((peak * cost) / 1_000_000 / LOAD);
  const [workers, cores] = [coresFor(workerCost), coresFor(databaseCost)];
  const cells = Math.ceil(cores / DATABASE_CORES);
  const gigabytesADay = (eventsADay * bytesAnEvent) / 1e9;
  const memory = (TERMINALS * bytesAConnection) / 1e9;
  return [
    `${number(TERMINALS)} terminals with ${SHOP.paymentsADay} payments a day and ${SHOP.eventsAPayment} events a payment: ${number(eventsADay / 1e6)} million events a day, ${number(peak)} a second at the peak (${SHOP.peakFactor} × the mean of ${SHOP.busyHours} hours)`,
    `brokers: ${Math.ceil(TERMINALS / CONNECTIONS_A_NODE)} nodes of ${number(CONNECTIONS_A_NODE)} connections, ${number(memory)} GB for connections with TLS in all if they cost what the embedded broker’s do`,
    `ingest: ${number(workers)} workers, each with a core like this machine’s at ${LOAD * 100} % (${workerCost.toFixed(0)} ms of computing a thousand events)`,
    `database: ${number(cores)} such cores at ${LOAD * 100} % (${databaseCost.toFixed(0)} ms a thousand events), ${number(gigabytesADay)} GB a day, ${((gigabytesADay * RETENTION_DAYS) / 1000).toFixed(1)} TB for ${RETENTION_DAYS} days (${number(bytesAnEvent)} bytes an event with its indexes)`,
    `${number(cells)} cells of ${number(TERMINALS / cells)} terminals, ${Math.ceil(workers / cells)} workers and a database of ${DATABASE_CORES} cores each; a terminal belongs to one cell`,
  ];
}
