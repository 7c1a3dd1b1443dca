import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MUTANTS } from '../../simulator/mutants/catalogue.ts';

const PROJECT = new URL('../../', import.meta.url).pathname;
const bundle = suite('scripts/bundle');

bundle('the shipped bundle is a whole terminal in one file, without sandbox or tests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-bundle-'));
  try {
    const built = spawnSync(process.execPath, ['scripts/bundle.ts', '--out', join(folder, 'till.cjs')], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    assert.is(built.status, 0, built.stderr);
    const shipped = readFileSync(join(folder, 'till.cjs'), 'utf8');
    for (const { name } of MUTANTS) assert.not.ok(shipped.includes(name), `the mutant ${name} is shipped`);
    assert.not.ok(shipped.includes('registerHooks'), 'the switch that plants mutants is shipped');
    const config = join(folder, 'till.json');
    const voice = { clips: join(folder, 'clips', 'zh-CN') };
    writeFileSync(config, JSON.stringify({ sn: 'TILL_T1_000001', dataDir: join(folder, 'data'), voice }));
    const terminal = spawn(process.execPath, [join(folder, 'till.cjs'), '--profile', 'headless', '--config', config], {
      cwd: folder,
    });
    let printed = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('"unconfigured"')) terminal.stdin.end();
    });
    const [code] = (await once(terminal, 'exit')) as [number | null];
    assert.is(code, 0);
    assert.match(printed, /^\{"is":"ready","seq":1,/);
    // The voice is beside the bundle, and a voice with a hole is found before the first sale.
    rmSync(join(voice.clips, 'n-dian.wav'));
    const mute = spawnSync(process.execPath, [join(folder, 'till.cjs'), '--profile', 'headless', '--config', config], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.is(mute.status, 1);
    assert.match(mute.stderr, 'it has no recording for n-dian');
    assert.is(mute.stdout, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

bundle.run();
