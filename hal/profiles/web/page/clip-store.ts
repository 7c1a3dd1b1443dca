import type { ClipShelf } from '../wire.ts';

/** Fetched at the same time; the browser has connections for the keys besides. */
const FETCHES_MAX = 3;

/** The recordings of a terminal, fetched once, decoded at their own sample rate so that they join to the sample. */
export class ClipStore {
  readonly shelf: ClipShelf;
  readonly #clips = new Map<string, Promise<Float32Array>>();

  constructor(shelf: ClipShelf) {
    this.shelf = shelf;
  }

  /** Samples from −1 to 1. Rejects when the recording cannot be had; asking again tries again. */
  clip(id: string): Promise<Float32Array> {
    const known = this.#clips.get(id);
    if (known !== undefined) return known;
    const fetched = this.#fetch(id);
    this.#clips.set(id, fetched);
    fetched.catch(() => this.#clips.delete(id));
    return fetched;
  }

  /** Fetches what is not here yet, so that the first sentence does not wait for it. */
  async stock(): Promise<void> {
    try {
      const answer = await fetch(`${this.shelf.path}ids.json`);
      const ids = ((await answer.json()) as string[]).values();
      const one = async (): Promise<void> => {
        for (const id of ids) await this.clip(id);
      };
      await Promise.all(Array.from({ length: FETCHES_MAX }, one));
    } catch {
      // What is missing is fetched when it is needed.
    }
  }

  async #fetch(id: string): Promise<Float32Array> {
    const answer = await fetch(`${this.shelf.path}${encodeURIComponent(id)}.wav`);
    if (!answer.ok) throw new Error(`no recording of ${id}`);
    const { sampleRate } = this.shelf;
    const decoder = new OfflineAudioContext(1, 1, sampleRate);
    return (await decoder.decodeAudioData(await answer.arrayBuffer())).getChannelData(0);
  }
}
