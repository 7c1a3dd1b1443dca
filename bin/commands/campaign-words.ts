interface CampaignAnswer {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly state: string;
  readonly why: string | null;
  readonly wave: number;
  readonly by: string;
  readonly approvedBy: string | null;
  readonly members: Readonly<Record<string, number>>;
  readonly waves?: readonly Readonly<Record<string, number>>[];
  readonly causes?: readonly { readonly cause: string; readonly why: string | null; readonly terminals: number }[];
  readonly health: {
    readonly payments: number;
    readonly approval: Pair | null;
    readonly unknown: Pair | null;
    readonly resultMs: Pair | null;
  } | null;
}

interface Pair {
  readonly observed: number;
  readonly expected: number;
}

interface DryAnswer {
  readonly terminals: number;
  readonly estimatedMs: number;
  readonly waves: readonly {
    readonly terminals: number;
    readonly online: number;
    readonly estimatedMs: number;
    readonly windowWaitMs: number;
    readonly verdict: string;
    readonly health: { readonly payments: number; readonly breach: string | null };
  }[];
}

const minutes = (ms: number): string => `${Math.ceil(ms / 60_000)} min`;

/** One campaign for a person. */
export function campaignWords(answer: object): string {
  const one = answer as CampaignAnswer;
  const { id, name, version, state, why, wave, health } = one;
  const members = Object.entries(one.members).map(([where, count]) => `${count} ${where}`);
  const lines = [
    `${id}  ${name}  ${version}  ${state}${why === null ? '' : `: ${why}`}`,
    `  release   ${one.sha256}`,
    `  made by   ${one.by}; approved by ${one.approvedBy ?? 'nobody yet'}`,
    `  terminals ${members.length === 0 ? 'none yet: they are chosen at the start' : members.join(', ')}`,
  ];
  for (const [index, counts] of (one.waves ?? []).entries()) {
    const marks = ['ok', 'working', 'failed', 'withdrawn', 'waiting'].map((where) => `${counts[where] ?? 0} ${where}`);
    lines.push(`  wave ${index + 1}${index === wave ? '*' : ' '}   ${marks.join(', ')}`);
  }
  for (const cause of one.causes ?? [])
    lines.push(`  ${cause.terminals} ${cause.cause}: ${cause.why ?? 'no reason told'}`);
  if (health !== null && health.payments > 0) {
    const { payments, approval, unknown, resultMs } = health;
    const pair = (what: string, value: Pair | null, unit: string): string =>
      value === null ? '' : `, ${what} ${value.observed.toFixed(1)} ${unit} (before ${value.expected.toFixed(1)})`;
    const parts =
      pair('approved', approval, '%') + pair('unknown', unknown, '%') + pair('result after', resultMs, 'ms');
    lines.push(`  payments  ${payments}${parts}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A preview or a dry run for a person. */
export function dryRunWords(answer: object): string {
  const { terminals, estimatedMs, waves } = answer as DryAnswer;
  const lines = waves.map((wave, index) => {
    const { health, verdict } = wave;
    const reason = health.breach === null ? '' : `: ${health.breach}`;
    const wait = wave.windowWaitMs === 0 ? '' : ` and up to ${minutes(wave.windowWaitMs)} until the window opens`;
    return `  wave ${index + 1}  ${wave.terminals} terminals, ${wave.online} there, about ${minutes(wave.estimatedMs)}${wait}, ${health.payments} payments recorded: ${verdict}${reason}`;
  });
  return `${terminals} terminals, about ${minutes(estimatedMs)}\n${lines.join('\n')}\n`;
}

/** What happened to a terminal. */
export function historyWords(answer: object): string {
  const { steps } = answer as { steps: readonly { tMs: number; job: string; state: string; why: string | null }[] };
  const lines = steps.map(({ tMs, job, state, why }) => {
    return `${new Date(tMs).toISOString()}  ${job}  ${state}${why === null ? '' : `: ${why}`}`;
  });
  return lines.length === 0 ? 'no upgrades\n' : `${lines.join('\n')}\n`;
}
