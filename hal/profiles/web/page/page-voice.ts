import type { ClipShelf, Spoken } from '../wire.ts';
import { joinedSentence, playSamples } from './clip-player.ts';
import { ClipStore } from './clip-store.ts';

/** What a sound card that sleeps may take to wake. */
const WAKE_MS_MAX = 300;

/** Speaks with the terminal's recordings, else with the browser's voice; where there is none, a chime draws the eye to the words. */
export class PageVoice {
  #audio: AudioContext | null = null;
  #store: ClipStore | null = null;
  #silence = new AbortController();

  /** Browsers give no sound before somebody touched the page. */
  wake(): void {
    this.#audio ??= new AudioContext();
    void this.#audio.resume();
  }

  /** Fetches the recordings ahead of the first sentence. */
  stock(shelf: ClipShelf): void {
    if (this.#store?.shelf.path === shelf.path) return;
    this.#store = new ClipStore(shelf);
    void this.#store.stock();
  }

  /** Resolves when the sentence is over: by the sound's own end, else by the estimate; at once when it is hushed. */
  async speak(spoken: Spoken, locale: string, audible: boolean): Promise<void> {
    this.hush();
    const silence = new AbortController();
    this.#silence = silence;
    const hushed = new Promise<true>((resolve) => {
      silence.signal.addEventListener('abort', () => resolve(true), { once: true });
    });
    const isHeard = audible && spoken.volume > 0;
    if (isHeard && (await Promise.race([this.#play(spoken, silence.signal), hushed]))) return;
    const voice = isHeard ? voiceFor(locale) : null;
    if (voice !== null && (await Promise.race([this.#utter(spoken, voice, locale), hushed]))) return;
    if (isHeard) this.#chime(spoken.volume);
    await Promise.race([after(spoken.estimateMs), hushed]);
  }

  hush(): void {
    this.#silence.abort();
    if ('speechSynthesis' in window) speechSynthesis.cancel();
  }

  /** False when the recordings, or the sound, cannot be had. */
  async #play({ parts, volume }: Spoken, silence: AbortSignal): Promise<boolean> {
    const [audio, store] = [this.#audio, this.#store];
    if (audio === null || store === null || parts === null) return false;
    if (audio.state !== 'running') await Promise.race([audio.resume(), after(WAKE_MS_MAX)]);
    const samples = await joinedSentence(store, parts);
    if (samples === null || audio.state !== 'running') return false;
    if (silence.aborted) return true;
    const played = playSamples(audio, { samples, volume, sampleRate: store.shelf.sampleRate });
    silence.addEventListener('abort', () => played.stop(), { once: true });
    await played.ended;
    return true;
  }

  /** False when the voice failed before it said anything. */
  #utter(spoken: Spoken, voice: SpeechSynthesisVoice, locale: string): Promise<boolean> {
    return new Promise((resolve) => {
      const utterance = new SpeechSynthesisUtterance(spoken.text);
      utterance.voice = voice;
      utterance.lang = locale;
      utterance.volume = spoken.volume / 100;
      utterance.onend = () => resolve(true);
      utterance.onerror = (event) => resolve(event.error === 'canceled' || event.error === 'interrupted');
      speechSynthesis.speak(utterance);
      // Some engines never say that they are done.
      window.setTimeout(() => resolve(true), spoken.estimateMs + 3_000);
    });
  }

  #chime(volume: number): void {
    const audio = this.#audio;
    if (audio === null || audio.state !== 'running') return;
    [659.25, 880].forEach((frequency, index) => {
      const start = audio.currentTime + index * 0.16;
      const tone = audio.createOscillator();
      const level = audio.createGain();
      tone.type = 'sine';
      tone.frequency.value = frequency;
      level.gain.setValueAtTime(0, start);
      level.gain.linearRampToValueAtTime((volume / 100) * 0.25, start + 0.02);
      level.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
      tone.connect(level).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.55);
    });
  }
}

function voiceFor(locale: string): SpeechSynthesisVoice | null {
  if (!('speechSynthesis' in window)) return null;
  const voices = speechSynthesis.getVoices();
  const language = locale.slice(0, 2).toLowerCase();
  const exact = voices.find((voice) => voice.lang.replace('_', '-').toLowerCase() === locale.toLowerCase());
  return exact ?? voices.find((voice) => voice.lang.toLowerCase().startsWith(language)) ?? null;
}

function after(delayMs: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, delayMs));
}
