import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the service counts, for Prometheus. Labels come from closed lists only: no terminal can make a new one. */
export class FleetMetrics {
  readonly registry = new Registry();
  readonly #registers = [this.registry];
  readonly uplinks = new Counter({
    name: 'till_fleet_uplinks_total',
    help: 'Packets from terminals, by family.',
    labelNames: ['family'] as const,
    registers: this.#registers,
  });
  readonly refused = new Counter({
    name: 'till_fleet_refused_total',
    help: 'Packets that were refused, by family and reason.',
    labelNames: ['family', 'code'] as const,
    registers: this.#registers,
  });
  readonly turnedAway = new Counter({
    name: 'till_fleet_turned_away_total',
    help: 'Connections and topics that the broker did not allow, by reason.',
    labelNames: ['why'] as const,
    registers: this.#registers,
  });
  readonly events = new Counter({
    name: 'till_fleet_events_stored_total',
    help: 'Events committed for the first time.',
    registers: this.#registers,
  });
  readonly acknowledgements = new Counter({
    name: 'till_fleet_acknowledgements_total',
    help: 'Acknowledgements sent after a commit.',
    registers: this.#registers,
  });
  readonly commitSeconds = new Histogram({
    name: 'till_fleet_commit_seconds',
    help: 'Time to commit a batch.',
    buckets: SECONDS,
    registers: this.#registers,
  });
  readonly commitFailures = new Counter({
    name: 'till_fleet_commit_failures_total',
    help: 'Batches that the database did not take at once; each is tried again.',
    registers: this.#registers,
  });
  readonly waiting = new Gauge({
    name: 'till_fleet_waiting_rows',
    help: 'Rows that wait for a commit.',
    registers: this.#registers,
  });
  readonly connections = new Gauge({
    name: 'till_fleet_connections',
    help: 'Terminals connected to the embedded broker.',
    registers: this.#registers,
  });
  readonly terminals = new Gauge({
    name: 'till_fleet_terminals',
    help: 'Terminals known, by presence.',
    labelNames: ['presence'] as const,
    registers: this.#registers,
  });
  readonly openAlerts = new Gauge({
    name: 'till_fleet_open_alerts',
    help: 'Alerts that are open, by kind.',
    labelNames: ['kind'] as const,
    registers: this.#registers,
  });
  readonly requestSeconds = new Histogram({
    name: 'till_fleet_request_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['route', 'status'] as const,
    buckets: SECONDS,
    registers: this.#registers,
  });
  readonly watchers = new Gauge({
    name: 'till_fleet_watchers',
    help: 'Open streams of live changes.',
    registers: this.#registers,
  });
}
