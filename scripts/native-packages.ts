import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Packages with a native part: they stay outside the bundle and are found in `node_modules` beside it. */
export const NATIVE_PACKAGES: readonly string[] = ['usb'];

/** What of them a terminal needs; of the ready-made binaries those of Linux on the processors that terminals have. */
const NEEDED: readonly string[] = [
  'usb/package.json',
  'usb/usb.js',
  'usb/LICENSE',
  'usb/prebuilds/linux-x64',
  'usb/prebuilds/linux-arm',
  'usb/prebuilds/linux-arm64',
  'node-gyp-build/package.json',
  'node-gyp-build/index.js',
  'node-gyp-build/node-gyp-build.js',
  'node-gyp-build/LICENSE',
];

/** Puts them beside the bundle. @throws Error when they are not installed */
export function copyNativePackages(project: string, folder: string): void {
  const target = join(folder, 'node_modules');
  rmSync(target, { recursive: true, force: true });
  for (const path of NEEDED) {
    const from = join(project, 'node_modules', path);
    if (!existsSync(from)) throw new Error(`node_modules/${path} is missing: run npm ci without --omit=optional`);
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(from, join(target, path), { recursive: true });
  }
}
