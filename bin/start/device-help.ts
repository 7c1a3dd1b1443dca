/** What the device bundle says of itself; it has fewer commands than `till` on a desk. */
export const DEVICE_HELP = `Usage: till-terminal run --profile device|headless|tty --config FILE [--data DIR]
       till-terminal snapshot|journal|doctor [options]   (each with its own --help)

The payment terminal of this box, and what support asks it.

Options of run:
  --profile P    the devices: device (the parts of the box), headless (JSON lines), tty (a console or serial line)
  --config FILE  the configuration file (JSON); every key can be overridden by a TILL_… variable
  --data DIR     where everything durable lives; wins over the configuration
  --help         this text
  --version      prints the version

Exit codes: 0 after an orderly stop, 1 when it cannot start, 2 for options that cannot be understood,
70 when it crashed and must be started again.
`;
