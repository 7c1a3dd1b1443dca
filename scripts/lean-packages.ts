import type { Plugin } from 'esbuild';

/**
 * Parts of packages that a terminal never reaches: HTTP/2 and WebSockets (TLS to the gateway is HTTP/1.1, MQTT goes over TCP or TLS),
 * SOCKS, timers in workers of a browser, PNG files. Measured: 20 MB of memory and half of the start.
 */
const NEVER_REACHED = /^(ws|socks|worker-timers|pngjs|thread-stream)$|\/client-h2\.js$/;
/** Leaves out of the device bundle what its packages carry for others. */
export const leanPackages: Plugin = {
  name: 'lean-packages',
  setup(build) {
    build.onResolve({ filter: NEVER_REACHED }, ({ path }) => ({ path, namespace: 'never-reached' }));
    build.onLoad({ filter: /.*/, namespace: 'never-reached' }, () => ({ contents: 'module.exports = {};' }));
    // A copy of what Node has built in.
    build.onResolve({ filter: /^readable-stream$/ }, () => ({ path: 'node:stream', external: true }));
  },
};
