import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { signCommand } from '../../fleet/contract/command-signature.ts';
import { COMMAND_OPERATIONS } from '../../fleet/contract/commands.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { CommandIo } from '../command.ts';
import { EXIT_FAILED, UsageProblem, wholeOption, withProblems } from './fleet-options.ts';

const HELP = `Usage: till fleet command TID OPERATION --token-file FILE [options]

Commands a terminal through the service's API, and waits for its end. With --key the command is signed on this machine:
a terminal with fleet.commandKeyFile takes no other, so that not even a service that fell into wrong hands can
command it.
Operations: ${COMMAND_OPERATIONS.join(', ')}

Options:
  --url URL          the service (default http://127.0.0.1:8640)
  --token-file FILE  holds an operator's token
  --args JSON        arguments of the operation, e.g. {"percent":40}
  --key FILE         Ed25519 private key (PEM): openssl genpkey -algorithm ed25519 -out operator.pem
                     the terminals get the public half: openssl pkey -in operator.pem -pubout -out operator-public.pem
  --by NAME          who signs (default the user of this machine)
  --life S           seconds; a terminal that has not taken it by then never does (default 600)
  --json             print one JSON line

Exit codes: 0 done, 1 refused, failed or expired, 2 for a call that cannot be understood.
`;

const OPTIONS = {
  url: { type: 'string', default: 'http://127.0.0.1:8640' },
  'token-file': { type: 'string' },
  args: { type: 'string', default: '{}' },
  key: { type: 'string' },
  by: { type: 'string' },
  life: { type: 'string', default: '600' },
  json: { type: 'boolean', default: false },
} as const;

const LOOK_AGAIN_MS = 500;
const WEEK_S = 7 * 86_400;
const OPEN = ['issued', 'accepted', 'progress'];
const answerSchema = v.looseObject({
  id: v.string(),
  state: v.string(),
  why: v.nullable(v.string()),
  result: v.unknown(),
});
const pageSchema = v.looseObject({ command: answerSchema });

type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

/** `till fleet command …`. */
export function fleetCommandTerminal(argv: string[], io: CommandIo): Promise<number> {
  return withProblems({ name: 'command', help: HELP, argv, io }, async () => {
    const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
    const [tid, operation] = positionals;
    const op = COMMAND_OPERATIONS.find((one) => one === operation);
    if (tid === undefined || op === undefined || positionals.length > 2) {
      throw new UsageProblem(`it takes a terminal id and one of ${COMMAND_OPERATIONS.join(', ')}`);
    }
    const lifeMs = wholeOption('life', values.life, 5, WEEK_S) * 1000;
    const args = argumentsOf(values.args);
    const tokenFile = values['token-file'];
    if (tokenFile === undefined) throw new UsageProblem('--token-file is needed');
    const ask = asker(values.url, readFileSync(tokenFile, 'utf8').trim());
    const by = values.by ?? userInfo().username;
    const signed = values.key === undefined ? {} : { signed: signedPart(values.key, { tid, op, args, by, lifeMs }) };
    const path = `/terminals/${encodeURIComponent(tid)}/commands`;
    const { id } = v.parse(answerSchema, await ask('POST', path, { op, args, lifeMs, ...signed }));
    const end = await endOf(ask, id, io.signal);
    io.stdout.write(
      values.json ? `${JSON.stringify(end)}\n` : `${end.state}${end.why === null ? '' : `: ${end.why}`}\n`,
    );
    return end.state === 'done' ? 0 : EXIT_FAILED;
  });
}

function argumentsOf(text: string): Record<string, unknown> {
  try {
    return v.parse(v.record(v.string(), v.unknown()), JSON.parse(text));
  } catch {
    throw new UsageProblem('--args must be a JSON object');
  }
}

function signedPart(
  keyFile: string,
  wanted: { tid: string; op: string; args: Record<string, unknown>; by: string; lifeMs: number },
) {
  const { tid, op, args, by, lifeMs } = wanted;
  const id = `s-${Buffer.from(new SystemRandom().bytes(15)).toString('base64url')}`;
  const part = { id, op, args, by, exp: new SystemClock().wallMs() + lifeMs };
  const sig = signCommand(tid, part, createPrivateKey(readFileSync(keyFile, 'utf8')));
  return { id, exp: part.exp, by, sig };
}

function asker(url: string, token: string): Ask {
  return async (method, path, body) => {
    const answer = await fetch(new URL(`/api/v1${path}`, url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const value: unknown = await answer.json();
    if (answer.ok) return value;
    const told = v.safeParse(v.object({ error: v.object({ message: v.string() }) }), value);
    throw new Error(told.success ? told.output.error.message : `the service answered ${answer.status}`);
  };
}

async function endOf(ask: Ask, id: string, signal: AbortSignal): Promise<v.InferOutput<typeof answerSchema>> {
  for (;;) {
    const { command } = v.parse(pageSchema, await ask('GET', `/commands/${id}`));
    if (!OPEN.includes(command.state) || signal.aborted) return command;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
