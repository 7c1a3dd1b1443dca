import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TerminalConfig } from '../../config/terminal-config.ts';
import { isFailure } from '../../domain/failure.ts';
import { type ClipPack, openClipPack } from '../../hal/speaker/clip-pack.ts';

/** Set by the bundler: the clips are copied beside the bundle. */
declare const TILL_CLIPS: string | undefined;

type VoiceConfig = Pick<TerminalConfig, 'voice' | 'locale'>;

/**
 * The recordings that a terminal speaks with: its own, or the shipped ones. Null when the shipped ones are damaged, which is told to `warn`:
 * a terminal that shows its results without a voice is better than none.
 * @throws TerminalFailure `configuration.invalid` when `voice.clips` is set and cannot be used
 */
export function openVoiceClips(config: VoiceConfig, warn: (message: string) => void): ClipPack | null {
  if (config.voice.clips !== null) return openClipPack(config.voice.clips, config.locale);
  try {
    return openClipPack(join(shippedClips(), config.locale), config.locale);
  } catch (error) {
    if (!isFailure(error, 'configuration.invalid')) throw error;
    warn(`the voice that comes with the terminal is damaged: ${error.message}`);
    return null;
  }
}

/** Refuses recordings that cannot be used before anything starts. @throws TerminalFailure `configuration.invalid` */
export function checkVoiceClips({ voice, locale }: VoiceConfig): void {
  if (voice.clips !== null) openClipPack(voice.clips, locale);
}

function shippedClips(): string {
  return fileURLToPath(new URL(typeof TILL_CLIPS === 'string' ? TILL_CLIPS : '../../assets/clips/', import.meta.url));
}
