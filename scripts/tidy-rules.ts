import ts from 'typescript';

/** One thing to put right. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

/** A source file as the rules see it: path from the project's root with `/`, and text. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

const FILE_LINES_MAX = 400;

/** Files longer than this are listed for those who read along. */
export const FILE_LINES_ASK = 250;
const FUNCTION_LINES_MAX = 70;
const CODE_WIDTH_MAX = 120;

/** Where time, chance and the console may be touched directly; everything else is handed a Clock, a Random, a log. */
const CLOCK_FOLDERS =
  /^(hal|bin|scripts|test|deploy)\/|^simulator\/gateway\/server|^fleet\/console\/browser\/browser-clock\.ts$/;
const CONSOLE_FOLDERS = /^(bin|scripts|test|deploy)\//;
const LONG_FUNCTIONS_ALLOWED = /^test\/|^machines\/.*\.machine\.ts$/;

/** Functions longer than the limit that are agreed on, `<file>#<name>` → lines. It may only shrink. Empty is the aim. */
export const LONG_FUNCTIONS: Readonly<Record<string, number>> = {};

const BANNED_CALLS: readonly string[] = ['Date.now', 'Math.random', 'performance.now', 'setTimeout', 'setInterval'];
const LEFTOVER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
const MACHINE_PATH = /(?:^|[^\w.~-])\/(?:work|home\/[a-z][\w-]*|root|Users\/\w+)\/[\w.-]/;

/** The dotted name of what is called, without `globalThis.`. */
function calledName(node: ts.CallExpression | ts.NewExpression): string {
  return node.expression.getText().replace(/^globalThis\./, '');
}

function bannedCall(file: string, node: ts.Node): string | null {
  if (ts.isNewExpression(node) && calledName(node) === 'Date' && (node.arguments?.length ?? 0) === 0) {
    return CLOCK_FOLDERS.test(file) ? null : 'new Date() reads the clock: take a Clock';
  }
  if (!ts.isCallExpression(node)) return null;
  const name = calledName(node);
  if (BANNED_CALLS.includes(name) && !CLOCK_FOLDERS.test(file)) return `${name}: take a Clock or a Random`;
  if (name.startsWith('console.') && !CONSOLE_FOLDERS.test(file)) return `${name}: product code logs through its log`;
  if (/^[\w$]+\.(only|skip)$/.test(name) && file.startsWith('test/')) return `${name}( hides tests`;
  return null;
}

function functionName(node: ts.Node): string {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText() ?? 'anonymous';
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : 'anonymous';
}

const isFunction = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isConstructorDeclaration(node) ||
  ts.isFunctionExpression(node) ||
  ts.isArrowFunction(node);

function longFunction(source: ts.SourceFile, file: string, node: ts.Node): string | null {
  if (!isFunction(node) || LONG_FUNCTIONS_ALLOWED.test(file)) return null;
  const start = source.getLineAndCharacterOfPosition(node.getStart()).line;
  const lines = source.getLineAndCharacterOfPosition(node.end).line - start + 1;
  const name = functionName(node);
  const allowed = LONG_FUNCTIONS[`${file}#${name}`] ?? FUNCTION_LINES_MAX;
  return lines > allowed ? `function ${name} has ${lines} lines, the limit is ${allowed}` : null;
}

/** Long lines are counted only where the formatter could have broken them: a string or an address cannot be broken. */
function wideLines({ file, text }: SourceText): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const unbreakable = /['"`]|\/\/|^\s*\*|\/[^/]+\/[a-z]*/.test(line);
    if (line.length <= CODE_WIDTH_MAX || unbreakable) return [];
    return [{ file, line: index + 1, problem: `${line.length} columns, the limit is ${CODE_WIDTH_MAX}` }];
  });
}

function lineFindings({ file, text }: SourceText): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const found: string[] = [];
    const leftover = LEFTOVER.exec(line);
    if (leftover !== null) found.push(`leftover ${leftover[0]}: do it or drop it`);
    if (MACHINE_PATH.test(line)) found.push('names a path of the machine it was written on');
    return found.map((problem) => ({ file, line: index + 1, problem }));
  });
}

/** Where exported words must say what they are for: everywhere but in tests and in declarations of other people's modules. */
const PRODUCT = /^(?!test\/)(?!.*\.d\.m?ts$)/;

/** A comment that holds nothing says nothing. */
const isDocumented = (node: ts.Node): boolean =>
  ts.getJSDocCommentsAndTags(node).some((comment) => /[^\s/*]/.test(comment.getText()));

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

function declaredNames(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  }
  return ts.isDeclarationStatement(statement) ? (statement.name?.getText() ?? 'default') : 'default';
}

/** Exported words without a docstring. One of a function's overloads speaks for all of them. */
function undocumentedExports(source: ts.SourceFile, file: string): Finding[] {
  if (!PRODUCT.test(file)) return [];
  const exported = source.statements.filter(isExported);
  const documented = new Set(exported.filter(isDocumented).map(declaredNames));
  return exported.flatMap((statement) => {
    const name = declaredNames(statement);
    if (isDocumented(statement) || (ts.isFunctionDeclaration(statement) && documented.has(name))) return [];
    const line = source.getLineAndCharacterOfPosition(statement.getStart()).line + 1;
    return [{ file, line, problem: `${name} is exported without a docstring: say what it is for` }];
  });
}

function syntaxFindings({ file, text }: SourceText): Finding[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    for (const problem of [bannedCall(file, node), longFunction(source, file, node)]) {
      if (problem === null) continue;
      findings.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, problem });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...findings, ...undocumentedExports(source, file)];
}

/** What one TypeScript file must put right. */
export function tidyFindings(source: SourceText): Finding[] {
  const lines = source.text.trimEnd().split('\n').length;
  const tooLong =
    lines > FILE_LINES_MAX
      ? [{ file: source.file, line: lines, problem: `${lines} lines, the limit is ${FILE_LINES_MAX}: split it` }]
      : [];
  return [...tooLong, ...wideLines(source), ...lineFindings(source), ...syntaxFindings(source)];
}

/** What a file imports by relative path, types and dynamic imports and `new URL(…, import.meta.url)` included. */
function referencesOf({ file, text }: SourceText): string[] {
  const found = [...text.matchAll(/(?:from|import|import\(|URL\(|join\([\w.]*,)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)];
  return found.map(([, target]) => new URL(target ?? '', `file:///${file}`).pathname.slice(1));
}

/** Files that no entry point reaches. `entries` are the paths that somebody else starts. */
export function deadFiles(sources: readonly SourceText[], isEntry: (file: string) => boolean): string[] {
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const reached = new Set<string>();
  const waiting = sources.filter(({ file }) => isEntry(file)).map(({ file }) => file);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const source = byFile.get(file);
    if (source === undefined || reached.has(file)) continue;
    reached.add(file);
    waiting.push(...referencesOf(source));
  }
  return sources.map(({ file }) => file).filter((file) => !reached.has(file));
}
