// The rooms of the house: arrows point downwards only (README.md, "Rooms").
const room = (name, allowed) => ({
  name: `room-${name}`,
  severity: 'error',
  comment: `src/${name} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')}`,
  from: { path: `^src/${name}/` },
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
    room('state', ['core/', 'engine/client\\.ts$', 'engine/protocol\\.ts$']),
    room('ui', ['state/', 'core/', 'engine/protocol\\.ts$']),
    room('cli', ['engine/', 'core/']),
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'core has no DOM, no GPU, no network, no packages with side effects',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['npm', 'core'], pathNot: 'node_modules/fflate' },
    },
    {
      name: 'page-stays-light',
      severity: 'error',
      comment: 'models load in the worker, when first needed',
      from: { path: '^src/(ui|state|core)/' },
      to: { path: 'node_modules/(onnxruntime|@huggingface)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
  },
};
