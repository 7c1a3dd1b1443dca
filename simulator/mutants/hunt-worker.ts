import { parentPort, workerData } from 'node:worker_threads';
import type { HuntOptions, HuntReport } from './hunt.ts';
import { plant } from './plant.ts';

const { mutant, seed, payments } = workerData as HuntOptions;
const planted = plant(mutant);
// Loaded only now, with the bug in it.
const { simulate } = await import('../world/simulation.ts');
const { ROUGH } = await import('../world/fault-rates.ts');
const missing = planted.missing();
if (missing.length > 0)
  throw new Error(`the mutant ${mutant.name} changes files that are not loaded: ${missing.join(', ')}`);
const {
  broken,
  missing: unmet,
  payments: done,
} = await simulate({ seed, payments, rates: { ...ROUGH, ...mutant.harder } });
const report: HuntReport = {
  payments: done,
  found: broken?.violations[0] ?? (unmet.length > 0 ? `never happened: ${unmet.join(', ')}` : null),
  story: broken?.story ?? [],
};
parentPort?.postMessage(report);
