/**
 * The way to a printer: bytes there and answers back. What it cannot do it says by throwing an error with a `code`
 * (ENOENT, ENODEV, EACCES, …); after that it is closed and may be opened again.
 */
export interface PrinterLink {
  open(): Promise<void>;
  /** Passes on what fits, without waiting; the number of bytes taken, 0 while the printer takes none. */
  write(bytes: Uint8Array): number;
  /** What the printer has answered since the last call. */
  read(): Uint8Array;
  /** Idempotent. */
  close(): void;
}
