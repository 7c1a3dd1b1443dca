import ts from 'typescript';

/** What one test file's process left behind. */
export interface FileRun {
  readonly file: string;
  readonly source: string;
  /** Both streams, as they came. */
  readonly output: string;
  /** Exit code, or the signal's name, or `timeout` when the time limit ended it. */
  readonly exit: number | string;
}

/** What the run of one file is worth; `problems` is empty only for an honest pass. */
export interface FileOutcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly problems: readonly string[];
}

/** Skipped tests that are agreed on: `<file>: <number>` with the reason why they cannot run. Empty is the aim. */
export const ALLOWED_SKIPS: Readonly<Record<string, { readonly tests: number; readonly reason: string }>> = {};

const ansiColour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

function count(output: string, label: string): number | null {
  // The last one counts: a test may print such a line itself, uvu prints its own at the very end.
  const found = [...output.matchAll(new RegExp(`^ {2}${label}: +(\\d+)\\s*$`, 'gm'))].at(-1)?.[1];
  return found === undefined ? null : Number(found);
}

/** What a test file does with its suites, read from its syntax: strings and comments may say anything. */
function suiteUse(file: string, source: string): { made: string[]; run: Set<string>; only: boolean } {
  const use = { made: [] as string[], run: new Set<string>(), only: false };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isCallOf(node.initializer, 'suite')) {
      use.made.push(node.name.text);
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression;
      if (name.text === 'run' && ts.isIdentifier(expression)) use.run.add(expression.text);
      if (name.text === 'only') use.only = true;
    }
    ts.forEachChild(node, visit);
  };
  // By its own name: a generic arrow function is legal in .ts and the start of an element in .tsx.
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
  return use;
}

function isCallOf(node: ts.Expression | undefined, name: string): boolean {
  return (
    node !== undefined && ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name
  );
}

function sourceProblems(file: string, source: string): string[] {
  const { made, run, only } = suiteUse(file, source);
  const problems = made
    .filter((name) => !run.has(name))
    .map((name) => `suite "${name}" is never run: end the file with ${name}.run()`);
  if (run.size === 0) problems.push('the file never calls .run(): none of its tests can have run');
  if (only) problems.push('.only( hides the other tests of the file');
  return problems;
}

function skipProblems(file: string, skipped: number, allowed: typeof ALLOWED_SKIPS): string[] {
  const tests = allowed[file]?.tests ?? 0;
  return skipped === tests
    ? []
    : [`${skipped} skipped tests where ${tests} are agreed on (ALLOWED_SKIPS, with a reason)`];
}

/**
 * Judges one run. uvu ends with exit code 0 after a throwing `before` hook, for a file that never calls `.run()` and for
 * one without tests; so the exit code is one witness among several.
 */
export function judge(run: FileRun, allowed: typeof ALLOWED_SKIPS = ALLOWED_SKIPS): FileOutcome {
  const output = run.output.replaceAll(ansiColour, '');
  const total = count(output, 'Total');
  const passed = count(output, 'Passed');
  const skipped = count(output, 'Skipped') ?? 0;
  const problems = sourceProblems(run.file, run.source);
  if (run.exit === 'timeout')
    problems.push('it did not end within its time limit: a handle is open or a test never settles');
  else if (run.exit !== 0) problems.push(`its process ended with ${run.exit}`);
  if (total === null || passed === null) {
    problems.push('uvu printed no summary');
    return { passed: 0, failed: 1, skipped, problems };
  }
  if (total === 0) problems.push('it ran no test');
  if (passed !== total) problems.push(`${total - passed} of ${total} tests did not pass`);
  if (/\bUnhandledPromiseRejection|PromiseRejectionHandledWarning|triggerUncaughtException\b/.test(output)) {
    problems.push('a promise was rejected with nobody listening');
  }
  problems.push(...skipProblems(run.file, skipped, allowed));
  const failed = total - passed;
  // A file that is not trustworthy counts as one failure even when each of its tests says it passed.
  return { passed, failed: problems.length > 0 ? Math.max(failed, 1) : failed, skipped, problems };
}

/** The one line that ends a run. */
export function closingLine(outcomes: readonly FileOutcome[]): string {
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => outcomes.reduce((total, each) => total + each[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
