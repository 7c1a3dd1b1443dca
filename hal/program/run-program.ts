import { spawn } from 'node:child_process';

/** How a program ended. A code below 0: by a signal, or out of time. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_CHARACTERS_MAX = 64 * 1024;

/**
 * Runs a program with its arguments, without a shell, and gives it `input` on its standard input: what is secret goes there, as arguments
 * are seen by every user of the box.
 * @throws the signal's reason when aborted, Error with `code` ENOENT when the program is not installed
 */
export function runProgram(
  program: string,
  parameters: readonly string[],
  options: { readonly input?: string; readonly signal?: AbortSignal; readonly limitMs: number },
): Promise<ProgramResult> {
  const { input = '', signal, limitMs } = options;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...parameters], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
      // Answers are read by program, so they must be in one language.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TERM: 'dumb' },
    });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (more: string) => {
        if (text[stream].length < OUTPUT_CHARACTERS_MAX) text[stream] += more;
      });
    }
    const stop = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve({ code: code ?? -1, ...text });
    });
    // A program that ended early closes the pipe; its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
