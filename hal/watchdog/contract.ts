/** What restarts the box, or the process, when it is not petted in time. Petting never throws: a watchdog that cannot be reached barks. */
export interface Watchdog {
  /** How often it wants to be petted, in milliseconds; it barks after several times that. */
  readonly petMs: number;
  pet(): void;
  /** The orderly end: it does not bark any more. Idempotent. */
  close(): Promise<void>;
}
