export class InstallFailure extends Error {}
export function whyInstall(project: string): string | null;
export function isRecentEnough(version: string): boolean;
export function withInstallLock<Result>(project: string, work: () => Result): Result;
export function runNpmCi(project: string): void;
export function ensureDependencies(project: string, install?: (project: string) => void): void;
export function runProgram(command: string, args: string[]): void;
