/** A code reader. What it reads is outside text: bounded to SCAN_TEXT_MAX characters by the driver, judged by `domain/scan.ts`. */
export interface Scanner {
  subscribe(listener: (text: string) => void): () => void;
  close(): Promise<void>;
}

/** Characters a driver passes on; the rest of a longer read is dropped, so that it is named as unknown. */
export const SCAN_TEXT_MAX = 4096;
