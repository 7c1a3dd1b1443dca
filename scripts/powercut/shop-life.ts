import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../hal/random/contract.ts';
import { DATA_FOLDER } from './after-the-cut.ts';
import { readDiskLog, type DiskEvent } from './disk-log.ts';
import { LoggedDisk } from './logged-disk.ts';

const WORKLOAD = fileURLToPath(new URL('./workload.ts', import.meta.url));
const LIVES = 3;

/** What reached the disk, and how many of the lives were killed. */
export interface ShopLife {
  readonly events: readonly DiskEvent[];
  readonly killed: number;
}

/** Lets the workload live on a logged disk for a few process lives, some of which end by kill -9, and gives what reached the disk. */
export async function liveOnLoggedDisk(options: {
  readonly folder: string;
  readonly base: Buffer;
  readonly random: Random;
  readonly salesPerLife: number;
}): Promise<ShopLife> {
  const { folder, base, random, salesPerLife } = options;
  const disk = LoggedDisk.mount(folder, base);
  let killed = 0;
  try {
    mkdirSync(join(disk.path, DATA_FOLDER), { recursive: true });
    for (let life = 0; life < LIVES; life += 1) {
      const killAfterMs = random.fraction() < 1 / 3 ? 150 + random.fraction() * 1500 : null;
      const seed = Buffer.from(random.bytes(8)).toString('hex');
      if (await live([join(disk.path, DATA_FOLDER), disk.ackFile, seed, String(salesPerLife)], killAfterMs))
        killed += 1;
    }
  } catch (error) {
    disk.unmount();
    throw error;
  }
  return { events: readDiskLog(disk.unmount()), killed };
}

/** True when it was killed. @throws Error with what the workload said when it failed by itself */
async function live(args: readonly string[], killAfterMs: number | null): Promise<boolean> {
  const child = spawn(process.execPath, [WORKLOAD, ...args], { stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const limit = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(limit);
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the workload ended with ${code ?? signal}: ${said}`);
  return signal === 'SIGKILL';
}
