/** Whether a device of the terminal is there. */
export interface Presence {
  readonly present: boolean;
  /** What is wrong and what to do, in one sentence; '' while it is present. */
  readonly why: string;
}

/** A device that is there; there is nothing to say about it. */
export const PRESENT: Presence = { present: true, why: '' };

/** A device as the people who set terminals up know it. */
export interface NamedDevice {
  /** `the scanner`, `the keypad`, … */
  readonly what: string;
  readonly path: string;
  /** The configuration key that names the path. */
  readonly key: string;
}

const REMEDIES: Readonly<Record<string, (device: NamedDevice) => string>> = {
  ENOENT: ({ path, what, key }) => `${path} is not there: plug ${what} in, or correct ${key}`,
  ENODEV: ({ path, what }) => `${path} was unplugged: plug ${what} in again`,
  ENXIO: ({ path, what }) => `${path} has nothing behind it: plug ${what} in`,
  EIO: ({ path, what }) => `${path} does not answer: check cable and power of ${what}`,
  EACCES: ({ path }) => `${path} must not be opened by this user: install the udev rules, or add the user to its group`,
  EPERM: ({ path }) => `${path} must not be opened by this user: install the udev rules, or add the user to its group`,
  EBUSY: ({ path }) => `${path} is in use by another program: stop that program`,
  ECONNREFUSED: ({ path, what, key }) => `${path} refuses the connection: check ${what} and ${key}`,
  ECONNRESET: ({ path, what }) => `${path} broke the connection: check cable and power of ${what}`,
  EHOSTUNREACH: ({ path, what, key }) => `${path} cannot be reached: check the network of ${what}, or correct ${key}`,
  EISDIR: ({ path, key }) => `${path} is a folder: correct ${key}`,
};

/** An absent device from the error that its opening, reading or writing ended with. */
export function absent(device: NamedDevice, error: unknown): Presence {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = REMEDIES[code];
  if (words !== undefined) return { present: false, why: words(device) };
  const reason = error instanceof Error ? error.message : String(error);
  return { present: false, why: `${device.path} cannot be used (${reason}): check ${device.what} and ${device.key}` };
}
