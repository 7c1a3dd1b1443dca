import { parseArgs } from 'node:util';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import type { Command, CommandIo } from '../command.ts';
import { planOf, planOptions, releaseOf } from './campaign-options.ts';
import { campaignWords, dryRunWords, historyWords } from './campaign-words.ts';
import { EXIT_FAILED, EXIT_USAGE, UsageProblem } from './fleet-options.ts';

const SERVICE_DEFAULT = 'http://127.0.0.1:8640';
const ANSWER_LIMIT_MS = 60_000;
/** Of the HTTP status "conflict": the campaign's own rules say no. */
const EXIT_REFUSED = 3;

const HELP = `Usage: till campaign TASK [ID] [options]

A release brought to the fleet in waves: written by one operator, approved by another, stopped by payment health.

Tasks:
  preview          whom the plan takes, wave by wave; changes nothing
  dry-run          the plan against the recorded payments: how long, enough payments to judge by, false alarms
  create           writes the campaign, a draft
  approve ID       by a second operator, bound to the release: --sha256 HASH, or --repo DIR --version V
  start ID         the terminals that match now, the first wave at once
  pause ID         sends nobody further; those at work go on
  resume ID        after a pause or a stop; --limits JSON: other limits from now on
  abort ID         ends it; what is not confirmed is taken back
  retry ID         another attempt for failed terminals: --cause C,… (rolled-back, failed, rejected, time-out, restarts)
                   and --terminal T,…; without both, all of them
  status [ID]      one campaign, or all
  history TID      every step of a terminal's upgrades, with the cause

Which release, for preview, dry-run and create:
  --version V --repo DIR         from a published repository on this machine, or
  --version V --sha256 HASH [--target NAME]
  --format files|raucb           where the repository has the version as both
The plan:
  --plan FILE      JSON as the API takes it; the options below come on top
  --name NAME      what operators call it (create)
  --sw V, --hw M, --q TEXT       which terminals: version that runs, model, part of id, serial number or label
  --first T,…      the canary by name
  --waves 1,10%,100%             how many have it after each wave; the first is the canary (default 1,10%,100%)
  --soak 1h        watch each wave this long (s, m, h, d)
  --window 02:00-05:00           restart only then, in each shop's own time
  --rate N         bytes a second that a download may take
  --at-a-time N    terminals at work at a time
  --late-joiners 7d              terminals that come to match until then join

  --service URL    the fleet service (default ${SERVICE_DEFAULT})
  --token TOKEN    an operator's token; better in TILL_FLEET_TOKEN, where no process list shows it
  --why TEXT       for the history (pause, abort)
  --json           print the service's answer as one line of JSON

Exit codes: 0 done, 1 not done, 2 for a call that cannot be understood, 3 when the campaign's rules refuse it.
`;

const OPTIONS = {
  ...planOptions,
  service: { type: 'string', default: SERVICE_DEFAULT },
  token: { type: 'string' },
  why: { type: 'string' },
  limits: { type: 'string' },
  cause: { type: 'string' },
  terminal: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const readOptions = (argv: string[]) => parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
type Values = ReturnType<typeof readOptions>['values'];

/** A refusal by the service, with the HTTP status. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Call {
  readonly values: Values;
  readonly id: string;
  readonly get: (path: string) => Promise<object>;
  readonly post: (path: string, body: object) => Promise<object>;
}

interface Task {
  /** What the word after the task is; null: there is none. */
  readonly takes: 'ID' | 'TID' | null;
  readonly run: (call: Call) => Promise<object>;
  readonly words: (answer: object) => string;
}

const nowMs = (): number => new SystemClock().wallMs();
const listOf = (text: string | undefined): string[] => (text === undefined ? [] : text.split(','));
const acting = (action: string): Task => ({
  takes: 'ID',
  run: ({ id, values, post }) => {
    const why = values.why === undefined ? {} : { why: values.why };
    const limits = values.limits === undefined ? {} : { limits: readLimits(values.limits) };
    return post(`/campaigns/${id}/${action}`, { ...why, ...limits });
  },
  words: campaignWords,
});

const TASKS: Readonly<Record<string, Task>> = {
  preview: {
    takes: null,
    run: ({ values, post }) => post('/campaigns/preview', { plan: planOf(values, nowMs()) }),
    words: (answer) => {
      const { terminals, online, waves } = answer as { terminals: number; online: number; waves: number[] };
      return `${terminals} terminals, ${online} there; waves of ${waves.join(', ')}\n`;
    },
  },
  'dry-run': {
    takes: null,
    run: ({ values, post }) => post('/campaigns/dry-run', { plan: planOf(values, nowMs()) }),
    words: dryRunWords,
  },
  create: {
    takes: null,
    run: ({ values, post }) => {
      if (values.name === undefined) throw new UsageProblem('--name is required');
      const { version, sha256 } = releaseOf(values);
      return post('/campaigns', { name: values.name, version, sha256, plan: planOf(values, nowMs()) });
    },
    words: campaignWords,
  },
  approve: {
    takes: 'ID',
    run: ({ id, values, post }) => {
      const sha256 = values.repo === undefined ? values.sha256 : releaseOf(values).sha256;
      if (sha256 === undefined)
        throw new UsageProblem('--sha256 HASH, or --repo DIR --version V, says what is approved');
      return post(`/campaigns/${id}/approve`, { sha256 });
    },
    words: campaignWords,
  },
  start: acting('start'),
  pause: acting('pause'),
  resume: acting('resume'),
  abort: acting('abort'),
  retry: {
    takes: 'ID',
    run: ({ id, values, post }) =>
      post(`/campaigns/${id}/retry`, { causes: listOf(values.cause), tids: listOf(values.terminal) }),
    words: (answer) => `${(answer as { retried: number }).retried} terminals are tried again\n`,
  },
  history: { takes: 'TID', run: ({ id, get }) => get(`/terminals/${id}/upgrades`), words: historyWords },
};

const ALL: Task = {
  takes: null,
  run: ({ get }) => get('/campaigns'),
  words: (answer) => {
    const { campaigns } = answer as { campaigns: object[] };
    return campaigns.length === 0 ? 'no campaigns\n' : campaigns.map(campaignWords).join('\n');
  },
};
const ONE: Task = { takes: 'ID', run: ({ id, get }) => get(`/campaigns/${id}`), words: campaignWords };

function taskOf(positionals: readonly string[]): { readonly task: Task; readonly id: string } {
  const [name = '', id = ''] = positionals;
  const status = id === '' ? ALL : ONE;
  const task = name === 'status' ? status : Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
  if (task === undefined) throw new UsageProblem(`a task is one of ${[...Object.keys(TASKS), 'status'].join(', ')}`);
  if (task.takes !== null && !/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw new UsageProblem(`${name} needs ${task.takes}`);
  if (positionals.length > (task.takes === null ? 1 : 2)) throw new UsageProblem(`"${positionals.at(-1)}" is too many`);
  return { task, id };
}

function readLimits(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageProblem('--limits must be a JSON object, like {"slowerFactor": 2}');
  }
}

async function ask(values: Values, token: string, path: string, body: object | null): Promise<object> {
  const answer = await fetch(`${values.service.replace(/\/$/, '')}/api/v1${path}`, {
    method: body === null ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== null && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  const read = (await answer.json()) as { readonly error?: { readonly message: string } };
  if (!answer.ok) throw new Refused(answer.status, read.error?.message ?? `the service answered ${answer.status}`);
  return read;
}

async function run(argv: string[], io: CommandIo): Promise<number> {
  try {
    const { values, positionals } = readOptions(argv);
    const { task, id } = taskOf(positionals);
    const token = values.token ?? io.env['TILL_FLEET_TOKEN'];
    if (token === undefined) throw new UsageProblem('an operator’s token is needed: TILL_FLEET_TOKEN, or --token');
    const get = (path: string): Promise<object> => ask(values, token, path, null);
    const post = (path: string, body: object): Promise<object> => ask(values, token, path, body);
    const answer = await task.run({ values, id, get, post });
    io.stdout.write(values.json ? `${JSON.stringify(answer)}\n` : task.words(answer));
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof UsageProblem || (error instanceof TypeError && 'code' in error);
    const cause = error instanceof TypeError && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    io.stderr.write(`till campaign: ${message}${cause}${isUsage ? ' (till campaign --help tells more)' : ''}\n`);
    if (isUsage) return EXIT_USAGE;
    return error instanceof Refused && error.status === 409 ? EXIT_REFUSED : EXIT_FAILED;
  }
}

/** `till campaign`: upgrades of the fleet, from the command line. */
export const campaignCommand: Command = {
  name: 'campaign',
  summary: 'brings a release to the fleet in waves, and stops by payment health',
  help: HELP,
  run,
};
