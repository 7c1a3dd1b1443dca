import type { Spoken } from '../wire.ts';

/** Speaks with the browser's voice; where there is none, a chime draws the eye to the words. */
export class PageVoice {
  #audio: AudioContext | null = null;
  #hush: () => void = () => {};

  /** Browsers give no sound before somebody touched the page. */
  wake(): void {
    this.#audio ??= new AudioContext();
    void this.#audio.resume();
  }

  /** Resolves when the sentence is over, by the voice's word or by the estimate. */
  async speak(spoken: Spoken, locale: string, audible: boolean): Promise<void> {
    this.hush();
    const hushed = new Promise<void>((resolve) => (this.#hush = resolve));
    const voice = audible && spoken.volume > 0 ? voiceFor(locale) : null;
    if (voice !== null && (await Promise.race([this.#utter(spoken, voice, locale), hushed.then(() => true)]))) return;
    if (audible && spoken.volume > 0) this.#chime(spoken.volume);
    await Promise.race([after(spoken.estimateMs), hushed]);
  }

  hush(): void {
    this.#hush();
    this.#hush = () => {};
    if ('speechSynthesis' in window) speechSynthesis.cancel();
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
