import type { FleetMemoryStore } from '../../config/fleet-memory.ts';
import { documentHash } from '../../fleet/contract/canonical-json.ts';
import type {
  DesiredConfiguration,
  DesiredDocument,
  ReportedConfiguration,
} from '../../fleet/contract/configuration.ts';
import type { Clock } from '../../hal/clock/contract.ts';

/** Between two documents: the newest wins, what came in between is not applied. */
const PAUSE_MS = 2000;
const ERROR_CHARACTERS_MAX = 512;

/** What a wished configuration may touch, how it comes into force, and who hears what came of it. */
export interface ConfigurationDeskOptions {
  readonly clock: Clock;
  readonly memory: Pick<FleetMemoryStore, 'current' | 'save'>;
  /** The terminal's own domains: nothing outside this list is ever taken. */
  readonly allowedDomains: readonly string[];
  /** Brings a checked document into force, as far as a running terminal can. */
  readonly apply: (document: DesiredDocument) => Promise<void>;
  readonly report: (report: ReportedConfiguration) => void;
}

/** What the operator wishes of this terminal: whole documents, applied forward only, as a whole or not at all. */
export class ConfigurationDesk {
  readonly #options: ConfigurationDeskOptions;
  #waiting: DesiredConfiguration | null = null;
  #isBusy = false;

  constructor(options: ConfigurationDeskOptions) {
    this.#options = options;
  }

  /** Version in force; 0: none. */
  get version(): number {
    return this.#options.memory.current().configuration?.ver ?? 0;
  }

  /** A document as it came, checked against the contract. Never throws. */
  take(desired: DesiredConfiguration): void {
    const { configuration } = this.#options.memory.current();
    if (desired.ver <= this.version) {
      // The service asks again for what is in force: it has not heard our report.
      if (configuration?.ver === desired.ver) this.#report(desired.ver, configuration.hash, null);
      return;
    }
    if (this.#waiting !== null && this.#waiting.ver > desired.ver) return;
    this.#waiting = desired;
    this.#next();
  }

  #next(): void {
    if (this.#isBusy) return;
    const desired = this.#waiting;
    this.#waiting = null;
    if (desired === null) return;
    this.#isBusy = true;
    void this.#bringIntoForce(desired).then(() => {
      this.#options.clock.setTimeout(() => {
        this.#isBusy = false;
        this.#next();
      }, PAUSE_MS);
    });
  }

  /** Never rejects. */
  async #bringIntoForce({ ver, doc }: DesiredConfiguration): Promise<void> {
    const hash = documentHash(doc);
    const refusal = this.#refusalOf(doc);
    if (refusal !== null) return this.#report(ver, hash, refusal);
    try {
      await this.#options.apply(doc);
      await this.#options.memory.save({ configuration: { ver, hash, doc } });
      this.#report(ver, hash, null);
    } catch (error) {
      this.#report(ver, hash, error instanceof Error ? error.message : String(error));
    }
  }

  #refusalOf({ domains }: DesiredDocument): string | null {
    const foreign = (domains ?? []).find((domain) => !this.#options.allowedDomains.includes(domain));
    if (foreign !== undefined) return `${foreign} is not one of this terminal's own domains`;
    return new Set(domains).size === (domains?.length ?? 0) ? null : 'a domain is named twice';
  }

  #report(ver: number, hash: string, err: string | null): void {
    const t = Math.max(0, this.#options.clock.wallMs());
    const words = err === null ? {} : { err: err.slice(0, ERROR_CHARACTERS_MAX) };
    this.#options.report({ ver, ok: err === null, hash, t, ...words });
  }
}

/** The domains in the order that was wished, as far as the terminal knows them; its own order without a wish. */
export function domainsInForce(own: readonly string[], document: unknown): readonly string[] {
  const wished: unknown =
    typeof document === 'object' && document !== null && 'domains' in document ? document.domains : null;
  if (!Array.isArray(wished)) return own;
  const known = own.filter((domain) => wished.includes(domain));
  return known.length === 0 ? own : known.toSorted((one, other) => wished.indexOf(one) - wished.indexOf(other));
}
