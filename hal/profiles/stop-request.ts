/** One request to stop, which may come before anybody listens. */
export class StopRequest {
  #requested = false;
  #listener: (() => void) | null = null;

  request(): void {
    if (this.#requested) return;
    this.#requested = true;
    this.#listener?.();
  }

  /** The listener is called at most once, at once when the request came earlier. */
  listen(listener: () => void): void {
    this.#listener = listener;
    if (this.#requested) listener();
  }
}
