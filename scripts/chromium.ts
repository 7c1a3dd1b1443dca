import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of an installed Chromium that the browser tests can drive, or null. `TILL_CHROMIUM` names one explicitly. */
export function findChromium(env: NodeJS.ProcessEnv): string | null {
  const candidates = [
    env['TILL_CHROMIUM'],
    ...(env['PATH'] ?? '').split(':').flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ];
  for (const candidate of candidates) {
    if (candidate === undefined || candidate === '') continue;
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not there: the next candidate.
    }
  }
  return null;
}
