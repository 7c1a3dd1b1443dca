import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { fleetContractDocument } from './fleet-contract-document.ts';
import { commandLine } from './command-line.ts';

const USAGE = `Usage: npm run fleet-contract

Writes docs/fleet-contract.asyncapi.json from the schemas of fleet/contract.
`;
commandLine(USAGE, { options: {} });

/** Writes docs/fleet-contract.asyncapi.json from the schemas; a test compares the two. */
const file = fileURLToPath(new URL('../docs/fleet-contract.asyncapi.json', import.meta.url));
const options = { ...(await resolveConfig(file)), filepath: file };
writeFileSync(file, await format(JSON.stringify(fleetContractDocument()), options));
console.log('docs/fleet-contract.asyncapi.json is written');
