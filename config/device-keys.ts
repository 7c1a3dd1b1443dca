import * as v from 'valibot';

const KEY_TEXT = /^\d{1,3}=[a-z0-9.]{1,9}$/;
const PRINTER = /^(?:\/\S{1,250}|tcp:\/\/[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|usb:(?:[0-9a-fA-F]{4}:[0-9a-fA-F]{4})?)$/;

const text = (pattern: RegExp, must: string, what: string) =>
  v.pipe(v.string(must), v.regex(pattern, must), v.description(what));

const node = (what: string) =>
  text(/^\/[^\s\0]{1,250}$/, 'must be an absolute path', `${what} Null or an empty variable: the box has none.`);

const choice = <const Options extends readonly [string, ...string[]]>(options: Options, what: string) =>
  v.pipe(v.picklist(options, `must be ${options.join(' or ')}`), v.description(what));

/** The section `devices`: where the parts of a box are, for `--profile device`. */
export const deviceKeys = {
  screen: v.optional(v.nullable(node('The display: a framebuffer, or the kernel’s character display.')), '/dev/fb0'),
  screenType: v.optional(
    choice(['framebuffer', 'character-lcd'], 'What `devices.screen` is. A character display needs `locale` en.'),
    'framebuffer',
  ),
  lcdSize: v.optional(choice(['16x2', '20x4'], 'Characters of a character display.'), '16x2'),
  keypad: v.optional(v.nullable(node('The keypad, an event device.')), '/dev/till/keypad'),
  inputProgram: v.optional(
    text(
      /^(?:[A-Za-z0-9_.-]{1,64}|\/[^\s\0]{1,250})$/,
      'must be the name of a program or its absolute path',
      'What copies the events of keypad and scanner: `cat`, or `till-grab`, which keeps them from the text console too.',
    ),
    'cat',
  ),
  keys: v.optional(
    v.pipe(
      v.array(
        text(KEY_TEXT, 'must be a key code of the kernel, = and a key', ''),
        'must be an array such as ["183=refund"]',
      ),
      v.maxLength(64, 'must name at most 64 keys'),
      v.readonly(),
      v.description('Keys of the box by key code of the kernel, beside those that every keyboard has: `183=refund`.'),
    ),
    [],
  ),
  scanner: v.optional(v.nullable(node('The scanner: an event device or a serial line.')), '/dev/till/scanner'),
  scannerType: v.optional(
    choice(['keyboard', 'serial'], 'How the scanner speaks: as a keyboard, or on a serial line (CDC-ACM too).'),
    'keyboard',
  ),
  scannerLayout: v.optional(choice(['us', 'de', 'fr'], 'The keyboard layout that the scanner is set to.'), 'us'),
  scannerBaud: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(1200, 'must be at least 1200'),
      v.maxValue(921_600, 'must be at most 921600'),
      v.description('Speed of a serial scanner; over USB it means nothing.'),
    ),
    9600,
  ),
  printer: v.optional(
    v.nullable(
      text(
        PRINTER,
        'must be a path, tcp://host:port, usb: or usb:VVVV:PPPP',
        'The printer: `/dev/usb/lp0`, `tcp://host:9100`, or `usb:` for one that the kernel does not serve. Null or an empty variable: the box has none, slips are not printed.',
      ),
    ),
    '/dev/usb/lp0',
  ),
  speaker: v.optional(
    v.nullable(
      text(
        /^[A-Za-z0-9_:,=.-]{1,120}$/,
        'must be a name of ALSA',
        'The sound card by ALSA’s name, as `aplay -L` lists them. Null or an empty variable: the box has none.',
      ),
    ),
    'default',
  ),
  wifi: v.optional(choice(['none', 'wpa_cli', 'nmcli'], 'What manages the radio of the box.'), 'none'),
  wifiInterface: v.optional(text(/^[A-Za-z0-9_.-]{1,15}$/, 'must be the name of an interface', 'The radio.'), 'wlan0'),
  watchdog: v.optional(
    v.nullable(node('The hardware watchdog. Where systemd keeps it, leave it out: systemd is told instead.')),
    null,
  ),
};
