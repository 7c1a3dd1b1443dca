// The import directions of the project, one rule for each folder: what a folder may import is the list in its
// pathNot; everything else is an error. `npm run deps` runs it.
/** A folder may import itself, what `may` names (regular expressions on resolved paths) and, given NODE, node: modules; nothing else. */
function only(folder, may, comment, node = []) {
  return {
    name: `${folder.replaceAll('/', '-')}-imports`,
    severity: 'error',
    comment,
    from: { path: `^${folder}/` },
    to: { pathNot: [`^${folder}/`, ...may], ...(node.length > 0 && { dependencyTypesNot: node }) },
  };
}

const npm = (...names) => names.map((name) => `node_modules/${name}/`);
const CONTRACTS = '^hal/[^/]+/contract[.]ts$';
const NODE = ['core'];

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle has no lowest layer to test alone.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      comment: 'An import that resolves to nothing fails only when it is reached, perhaps on a terminal.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      comment: 'What ships never depends on what tests it; developer tools may run it at length.',
      from: { pathNot: '^(test|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-bin-in-product',
      severity: 'error',
      comment: 'bin/ starts things; nothing but another entry point, a script or a test knows it.',
      from: { pathNot: '^(bin|scripts|test|deploy)/' },
      to: { path: '^bin/' },
    },
    {
      name: 'scripts-are-for-developers',
      severity: 'error',
      comment: 'Developer tools are not shipped; the launcher shares the one file that runs under an old Node.',
      from: { pathNot: '^(scripts|test)/' },
      to: { path: '^scripts/', pathNot: '^scripts/with-dependencies[.]mjs$' },
    },
    only('domain', [], 'The words of the trade are pure: types and functions that need nothing.'),
    only(
      'cloudpay',
      ['^domain/', '^hal/(clock|random)/contract[.]ts$', ...npm('undici', 'valibot')],
      'The protocol of the gateway knows the trade, HTTP, schemas, the clock and randomness, and no machine, actor or device.',
      NODE,
    ),
    only(
      'machines',
      ['^domain/', '^fleet/contract/', ...npm('xstate')],
      'A machine names effects, it never performs them.',
    ),
    {
      name: 'machines-see-fleet-types-only',
      severity: 'error',
      comment: 'Machines may use the types of the fleet contract, not its schemas.',
      from: { path: '^machines/' },
      to: { path: '^fleet/contract/', dependencyTypesNot: ['type-only'] },
    },
    only(
      'actors',
      [
        '^(domain|cloudpay|machines|config|fleet/contract)/',
        CONTRACTS,
        ...npm('xstate', 'mqtt', 'p-retry', 'valibot', 'tuf-js', '@tufjs/models', 'undici'),
      ],
      'Actors fulfil ports from devices they are given: they see the contracts of the hardware, never a driver.',
      NODE,
    ),
    {
      name: 'actors-see-config-types-only',
      severity: 'error',
      comment: 'An actor is handed its configuration; reading files and the environment is for config/ and bin/.',
      from: { path: '^actors/' },
      to: { path: '^config/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'hal-never-looks-up',
      severity: 'error',
      comment: 'A driver knows the words of the trade and its device, nothing of what is done with it.',
      from: { path: '^hal/' },
      to: { path: '^(cloudpay|machines|actors|config|fleet|simulator)/' },
    },
    only(
      'config',
      ['^domain/', ...npm('valibot', 'lowdb')],
      'Configuration is one schema and one store; it knows no device and no machine.',
      NODE,
    ),
    {
      name: 'fleet-never-touches-money',
      severity: 'error',
      comment: 'The fleet service can neither pay nor refund: gateway client, actors and devices are out of its reach.',
      from: { path: '^fleet/' },
      to: { path: '^(cloudpay|actors|hal|config|simulator|deploy)/', pathNot: '^hal/(clock|random)/contract[.]ts$' },
    },
    {
      name: 'fleet-contract-is-shared',
      severity: 'error',
      comment: 'Terminal and service share the contract, so it may use neither.',
      from: { path: '^fleet/contract/' },
      to: { path: '^(fleet/(service|console)|machines)/' },
    },
    {
      name: 'the-console-knows-the-api-only',
      severity: 'error',
      comment:
        'The console runs in a browser and sees what the API tells, like any other client: nothing of the service itself.',
      from: { path: '^fleet/console/' },
      to: { path: '^fleet/service/' },
    },
    {
      name: 'the-service-has-no-pages',
      severity: 'error',
      comment: 'The service serves whatever pages it is given; a worker has none.',
      from: { path: '^fleet/service/' },
      to: { path: '^fleet/console/' },
    },
    {
      name: 'only-the-console-draws-machines',
      severity: 'error',
      comment: 'The console draws the statecharts from their definitions; the service works from facts alone.',
      from: { path: '^fleet/', pathNot: '^fleet/console/' },
      to: { path: '^machines/' },
    },
    {
      name: 'sandbox-is-independent',
      severity: 'error',
      comment: 'A gateway double built on our own client would repeat its mistakes and call them right.',
      from: { path: '^simulator/gateway/' },
      to: { path: '^(cloudpay|actors|machines|config|fleet)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What a bench leaves while it runs.
    exclude: { path: '^(\\.till|lab-run|dist)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
