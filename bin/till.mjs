#!/usr/bin/env node
// The executable. Node runs bin/till.ts as it is from 22.19 on; under an older one this hands over to the Node that
// npm installed with the dependencies.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecentEnough, runProgram } from '../scripts/with-dependencies.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const pinnedNode = join(project, 'node_modules', '.bin', 'node');

if (isRecentEnough(process.versions.node)) {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith('Type Stripping')) emitWarning(warning, ...rest);
  };
  const { main } = await import('./till.ts');
  await main();
} else if (existsSync(pinnedNode)) {
  runProgram(pinnedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
} else {
  process.stderr.write(`till: needs Node 22.19 or newer (this is ${process.versions.node}); run npm ci first\n`);
  process.exitCode = 1;
}
