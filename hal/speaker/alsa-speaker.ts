import { type ChildProcess, spawn } from 'node:child_process';
import { TerminalFailure } from '../../domain/failure.ts';
import type { Announcement } from '../../domain/sentence.ts';
import type { Clock } from '../clock/contract.ts';
import type { ClipPack } from './clip-pack.ts';
import type { Speaker } from './contract.ts';
import { pcmBytes, sentenceSound, soundMs } from './sentence-sound.ts';

/** What is played, on which sound card, and how loud. */
export interface AlsaSpeakerOptions {
  readonly pack: ClipPack;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** ALSA's name of the sound card, as `aplay -L` lists them. */
  readonly device?: string;
  /** ALSA's player. */
  readonly program?: string;
  /** 0–100. */
  readonly volume?: number;
}

/** What a player may take longer than its sentence: opening a card, and one that drains slowly. */
const GRACE_MS = 3_000;
/** A killed player that the kernel does not let go (a card that hangs) is not waited for longer than this. */
const KILL_LIMIT_MS = 1_000;
/** Kept of what the player complains about, in characters. */
const COMPLAINT_MAX = 300;
const VOLUME_DEFAULT = 80;

/** Plays clips through ALSA: one `aplay` a sentence, which gets the joined samples through its standard input. */
export class AlsaSpeaker implements Speaker {
  readonly #options: AlsaSpeakerOptions;
  readonly #closing = new AbortController();
  #volume: number;

  constructor(options: AlsaSpeakerOptions) {
    this.#options = options;
    this.#volume = options.volume ?? VOLUME_DEFAULT;
  }

  async speak({ sentence }: Announcement, signal: AbortSignal): Promise<void> {
    const silenced = AbortSignal.any([signal, this.#closing.signal]);
    silenced.throwIfAborted();
    const { pack } = this.#options;
    const lengthMs = soundMs(sentence, pack);
    if (lengthMs === null) {
      const unknown = sentence.clips.filter((clip) => pack.file(clip) === null).join(', ');
      throw new TerminalFailure('speaker.failed', `the clip pack has no recording for "${unknown}"`);
    }
    await this.#play(pcmBytes(sentenceSound(sentence, pack), this.#volume), lengthMs + GRACE_MS, silenced);
  }

  setVolume(percent: number): void {
    this.#volume = Math.min(100, Math.max(0, Math.round(percent)));
  }

  async close(): Promise<void> {
    this.#closing.abort(new TerminalFailure('speaker.failed', 'the speaker was closed'));
  }

  #play(pcm: Uint8Array, limitMs: number, signal: AbortSignal): Promise<void> {
    const { clock, pack, device = 'default', program = 'aplay' } = this.#options;
    const format = ['-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(pack.sampleRate)];
    const player = spawn(program, ['-q', '-D', device, ...format, '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
    const complaint = complaintOf(player);
    const ended = Promise.withResolvers<void>();
    let timer: unknown = null;
    // SIGKILL: the kernel closes the card with the process, so that it is silent at once; SIGTERM could drain first.
    // Only then it is over: the next sentence must find the card free.
    const stop = (reason: unknown): void => {
      clock.clearTimeout(timer);
      player.once('exit', () => ended.reject(reason));
      player.kill('SIGKILL');
      timer = clock.setTimeout(() => ended.reject(reason), KILL_LIMIT_MS);
    };
    const onAbort = (): void => stop(signal.reason);
    const overdue = `"${program}" did not end within ${Math.round(limitMs)} ms`;
    timer = clock.setTimeout(() => stop(failed(overdue)), limitMs);
    signal.addEventListener('abort', onAbort, { once: true });
    player.once('error', (cause) => ended.reject(notStarted(program, cause)));
    player.once('close', (code, killer) => {
      if (code === 0) ended.resolve();
      else ended.reject(failed(`"${program}" on "${device}" ended with ${code ?? killer ?? '?'}: ${complaint()}`));
    });
    // A player that ended early closes the pipe; its exit code tells why.
    player.stdin.on('error', () => {});
    player.stdin.end(pcm);
    return ended.promise.finally(() => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    });
  }
}

/** The last line that the player writes to its standard error: ALSA's library tells its whole way before the player says what is wrong. */
function complaintOf(player: ChildProcess): () => string {
  let text = '';
  player.stderr?.setEncoding('utf8').on('data', (more: string) => (text = (text + more).slice(-COMPLAINT_MAX)));
  return () => text.trim().split('\n').at(-1)?.trim() || 'it does not say why';
}

function notStarted(program: string, cause: NodeJS.ErrnoException): TerminalFailure {
  const why =
    cause.code === 'ENOENT' ? 'is not installed (Debian package alsa-utils)' : `cannot start: ${cause.message}`;
  return new TerminalFailure('speaker.failed', `"${program}" ${why}`, { cause });
}

function failed(why: string): TerminalFailure {
  return new TerminalFailure('speaker.failed', why, { retryable: true });
}
