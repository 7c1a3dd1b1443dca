import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GuestShell } from './guest-shell.ts';
import type { GuestImage } from './guest-image.ts';
import { Monitor } from './monitor.ts';

/** Which box is started, and where its ends come out on the host. */
export interface MachineOptions {
  readonly image: GuestImage;
  /** Sockets, the console's text and the folder shared with the guest. */
  readonly folder: string;
  readonly disk: string;
  /** Further disks that are written to, after the system's (`/dev/vda`) and `disk` (`/dev/vdb`). */
  readonly more?: readonly string[];
  /** The system's disk is written to as well: by the other system's RAUC. */
  readonly systemIsWritten?: boolean;
  readonly memoryMiB: number;
  readonly acceleration: Acceleration;
}

/** How the processor is made: by the machine's own, or in software. */
export type Acceleration = 'kvm' | 'tcg';

const PATIENCE_MS = 300_000;
/**
 * Without what costs an emulated processor time and proves nothing here; and without the kernel's blinking cursor, which would stand on
 * the terminal's display.
 */
const KERNEL_WORDS = 'console=ttyS0 rdinit=/init panic=-1 mitigations=off audit=0 vt.global_cursor_default=0';

/** No machine outlives the program that started it. */
export function endWithThisProcess(child: ChildProcess): void {
  process.once('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(1));
  }
}

/** A box in QEMU. Ending it with `cut` is a power cut. */
export class Machine {
  readonly shell: GuestShell;
  readonly #child: ChildProcess;
  readonly #monitor: Monitor;

  private constructor(child: ChildProcess, shell: GuestShell, monitor: Monitor) {
    this.#child = child;
    this.shell = shell;
    this.#monitor = monitor;
  }

  /** Power on; resolves when its shell answers. @throws Error with the console's last words */
  static async start(options: MachineOptions): Promise<Machine> {
    const { image, folder, disk, memoryMiB, acceleration, more = [], systemIsWritten = false } = options;
    const [consoleLog, serial, monitor] = ['console.log', 'shell.sock', 'monitor.sock'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    for (const path of [consoleLog, serial, monitor]) rmSync(path, { force: true });
    const words = [
      ...['-M', 'q35', '-m', String(memoryMiB), '-smp', '2', '-no-reboot', '-display', 'none', '-monitor', 'none'],
      ...(acceleration === 'kvm'
        ? ['-enable-kvm', '-cpu', 'host']
        : ['-accel', 'tcg,thread=multi', '-cpu', 'max,la57=off']),
      ...['-kernel', image.kernel, '-initrd', image.initramfs],
      ...['-append', KERNEL_WORDS, '-serial', `file:${consoleLog}`],
      ...['-serial', `unix:${serial},server,nowait`, '-qmp', `unix:${monitor},server,nowait`],
      ...['-vga', 'none', '-device', 'bochs-display,xres=480,yres=320,edid=on'],
      ...['-device', 'i6300esb', '-action', 'watchdog=reset'],
      ...['-drive', `file=${image.system},format=raw,if=virtio${systemIsWritten ? '' : ',readonly=on'}`],
      ...['-drive', `file=${disk},format=raw,if=virtio,cache=writethrough`],
      ...more.flatMap((file) => ['-drive', `file=${file},format=raw,if=virtio`]),
      ...['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net'],
      ...['-virtfs', `local,path=${join(folder, 'shared')},mount_tag=lab,security_model=mapped-xattr`],
    ];
    const child = spawn('qemu-system-x86_64', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    endWithThisProcess(child);
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
    const limit = performance.now() + PATIENCE_MS;
    const said = (): string => (existsSync(consoleLog) ? readFileSync(consoleLog, 'utf8') : '');
    while (!said().includes('lab: ready')) {
      if (child.exitCode !== null || performance.now() > limit) {
        child.kill('SIGKILL');
        throw new Error(`the box does not start: ${complaint}\n${said().slice(-2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const shell = await GuestShell.open(serial);
    await shell.run('true');
    return new Machine(child, shell, new Monitor(monitor));
  }

  /** A picture of what the display shows, as PPM. */
  async screenshot(file: string): Promise<void> {
    await this.#monitor.ask('screendump', { filename: file });
  }

  /** Waits until the box itself has restarted: QEMU ends there, so that the next start is one with the power on. */
  async restarted(limitMs: number): Promise<void> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the box does not restart')), limitMs);
        child.once('exit', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    await this.cut();
  }

  /** The power fails. */
  async cut(): Promise<void> {
    this.shell.close();
    this.#monitor.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}
