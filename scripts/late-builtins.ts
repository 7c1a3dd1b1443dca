import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Parts of Node that are compiled when they are first asked for, a few milliseconds each. A start needs none of them: they serve
 * connections, programs that devices are read by, packed files and measurements.
 */
const LATE =
  /^(?:node:)?(?:assert|child_process|dgram|dns|fs\/promises|http|https|http2|net|perf_hooks|readline|tls|v8|vm|worker_threads|zlib)$/;
const NAMESPACE = 'late-builtin';

/** Loads those parts of Node with their first use instead of with the bundle: a third of the start. */
export const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup(build) {
    build.onResolve({ filter: LATE }, ({ path, namespace }) => {
      if (namespace === NAMESPACE) return { path, external: true };
      return { path: path.replace(/^node:/, ''), namespace: NAMESPACE };
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({ contents: standIn(path), loader: 'js' }));
  },
};

/** A module with the same names, each of which asks the real one. */
function standIn(name: string): string {
  const real: unknown = builtinModules.includes(name) ? process.getBuiltinModule(name) : undefined;
  if (real === undefined || real === null) throw new Error(`Node has no ${name}`);
  const load = `require(${JSON.stringify(`node:${name}`)})`;
  const names = Object.keys(real).map((key) => `get ${JSON.stringify(key)}(){return ${load}[${JSON.stringify(key)}]}`);
  const parts = `{${names.join(',')}}`;
  if (typeof real !== 'function') return `module.exports=${parts};`;
  // `assert` is called itself.
  return `module.exports=Object.defineProperties((...given)=>${load}(...given),Object.getOwnPropertyDescriptors(${parts}));`;
}
