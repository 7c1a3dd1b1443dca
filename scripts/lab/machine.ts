import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { GuestShell } from './guest-shell.ts';
import type { GuestImage } from './guest-image.ts';

export interface MachineOptions {
  readonly image: GuestImage;
  /** Sockets, the console's text and the folder shared with the guest. */
  readonly folder: string;
  readonly disk: string;
  readonly memoryMiB: number;
  readonly acceleration: Acceleration;
}

/** How the processor is made: by the machine's own, or in software. */
export type Acceleration = 'kvm' | 'tcg';

const PATIENCE_MS = 300_000;

/** A box in QEMU. Ending it with `cut` is a power cut. */
export class Machine {
  readonly shell: GuestShell;
  readonly #child: ChildProcess;
  readonly #monitor: string;

  private constructor(child: ChildProcess, shell: GuestShell, monitor: string) {
    this.#child = child;
    this.shell = shell;
    this.#monitor = monitor;
  }

  /** Power on; resolves when its shell answers. @throws Error with the console's last words */
  static async start(options: MachineOptions): Promise<Machine> {
    const { image, folder, disk, memoryMiB, acceleration } = options;
    const [consoleLog, serial, monitor] = ['console.log', 'shell.sock', 'monitor.sock'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    for (const path of [consoleLog, serial, monitor]) rmSync(path, { force: true });
    const words = [
      ...['-M', 'q35', '-m', String(memoryMiB), '-smp', '2', '-no-reboot', '-display', 'none'],
      ...(acceleration === 'kvm' ? ['-enable-kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi', '-cpu', 'max']),
      ...['-kernel', image.kernel, '-initrd', image.initramfs],
      ...['-append', 'console=ttyS0 rdinit=/init panic=-1', '-serial', `file:${consoleLog}`],
      ...['-serial', `unix:${serial},server,nowait`, '-monitor', `unix:${monitor},server,nowait`],
      ...['-vga', 'none', '-device', 'bochs-display,xres=480,yres=320,edid=on'],
      ...['-device', 'i6300esb', '-action', 'watchdog=reset'],
      ...['-drive', `file=${image.system},format=raw,if=virtio,readonly=on`],
      ...['-drive', `file=${disk},format=raw,if=virtio,cache=writethrough`],
      ...['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net'],
      ...['-virtfs', `local,path=${join(folder, 'shared')},mount_tag=lab,security_model=mapped-xattr`],
    ];
    const child = spawn('nice', ['-n', '5', 'qemu-system-x86_64', ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
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
    return new Machine(child, shell, monitor);
  }

  /** A picture of what the display shows, as PPM. */
  async screenshot(file: string): Promise<void> {
    await this.#ask(`screendump ${file}`);
  }

  /** The power fails. */
  async cut(): Promise<void> {
    this.shell.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  #ask(command: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#monitor);
      let heard = '';
      socket.setEncoding('utf8').on('error', reject);
      socket.on('data', (text: string) => {
        heard += text;
        const prompts = heard.split('(qemu)').length - 1;
        if (prompts === 1 && !heard.includes(command)) socket.write(`${command}\n`);
        if (prompts >= 2) {
          socket.destroy();
          resolve();
        }
      });
    });
  }
}
