// The rooms of the house: arrows point downwards only (README.md, "Rooms").
// `*.properties.ts` hold tests that several backends share.
const TESTS = '\\.(test|properties)\\.tsx?$';
const NODE_ONLY = ['-node\\.ts$', '/node-[a-z]+\\.ts$', '/vite-plugin\\.ts$', '^src/engine/commands/'];
const room = (name, allowed, except = []) => ({
  name: `room-${name}`,
  severity: 'error',
  comment: `src/${name} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')}`,
  from: { path: `^src/${name}/`, pathNot: except },
  to: { path: '^src/', pathNot: [`^src/${name}/`, ...allowed.map((a) => `^src/${a}`)] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true, pathNot: '\\?' } },
    room('core', []),
    room('gpu', ['core/']),
    room('formats', ['core/']),
    room('encoders', ['core/', 'formats/']),
    room('packs', ['core/', 'formats/']),
    room('engine', ['core/', 'gpu/', 'formats/', 'encoders/', 'packs/']),
    room('state', ['core/', 'engine/client\\.ts$', 'engine/((lab|atlas|own)/)?protocol\\.ts$']),
    // What makes the built page a site: its service worker and policy.
    room('site', ['core/site\\.ts$']),
    // main.tsx puts the rooms together: it alone knows how the engine's client is made.
    room('ui', ['state/', 'core/', 'engine/((lab|atlas|own)/)?protocol\\.ts$'], ['^src/ui/main\\.tsx$', '^src/ui/points/webgpu/']),
    // The map draws what the page shows, with the device and shaders as the kernels have them.
    { ...room('ui', ['gpu/']), name: 'room-ui-points', from: { path: '^src/ui/points/webgpu/' } },
    // Its tests read the files that the commands wrote.
    room('cli', ['engine/', 'core/'], [TESTS]),
    {
      name: 'room-main',
      severity: 'error',
      comment: 'main.tsx makes the client, the store and the page, and nothing else',
      from: { path: '^src/ui/main\\.tsx$' },
      to: { path: '^src/', pathNot: ['^src/ui/', '^src/state/', '^src/core/', '^src/engine/client\\.ts$'] },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'core has no DOM, no GPU, no network, no packages with side effects',
      from: { path: '^src/core/', pathNot: TESTS },
      to: { dependencyTypes: ['npm', 'core'], pathNot: 'node_modules/fflate' },
    },
    {
      name: 'page-stays-light',
      severity: 'error',
      comment: 'models load in the worker, when first needed: the page reaches no model library, however indirectly',
      from: { path: '^src/(ui|state|core)/', pathNot: TESTS },
      to: { path: 'node_modules/(onnxruntime|@huggingface)', reachable: true },
    },
    {
      name: 'node-says-so',
      severity: 'error',
      comment: 'code runs in a browser and in Node unless its file name says otherwise',
      from: { path: '^src/', pathNot: [TESTS, ...NODE_ONLY, '^src/cli/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'browser-reaches-no-node',
      severity: 'error',
      comment: 'what the page and its worker load must run in a browser',
      from: { path: '^src/(ui/main\\.tsx|(engine|site)/worker\\.ts)$' },
      to: { path: NODE_ONLY, reachable: true },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: [TESTS, '^tests/'] },
    },
    {
      name: 'no-development-packages-in-the-product',
      severity: 'error',
      comment: 'what a build-time file may use, a page may not',
      from: { path: '^src/', pathNot: [TESTS, ...NODE_ONLY] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
