/** Holds the terminal's own key; a file with mode 0600 by default, a secure element where there is one. */
export interface KeyStore {
  /** AES-256-GCM with the terminal's key; `label` is bound as additional data. Returns nonce + ciphertext + tag. */
  seal(plain: Uint8Array, label: string): Uint8Array;
  /** @throws TerminalFailure `storage.corrupt` when the bytes, the label or the key do not fit. */
  unseal(sealed: Uint8Array, label: string): Uint8Array;
  /** HMAC-SHA256 under a key derived from the terminal's; lower-case hex. For hashes that must not be guessed off-line. */
  mac(text: string): string;
}
