import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Encoder, TowerStatus } from '../encoders/port.ts';
import { Engine } from './engine.ts';
import { nodeEnvironment } from './environment-node.ts';
import type { EngineNotice } from './protocol.ts';
import type { CallContext } from './server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const quiet: CallContext = { signal: new AbortController().signal, progress: () => undefined };

/** The real encoder, whose towers say that they ended up on wasm for the given reasons. */
async function encoderSaying(image: TowerStatus['why'], text: TowerStatus['why']): Promise<Encoder> {
  const real = await nodeEnvironment(root).openEncoder('models/mini-clip', () => undefined, () => Promise.resolve(null));
  return new Proxy(real, {
    get: (target, key) => {
      if (key === 'imageTower') return { ...target.imageTower, why: image };
      if (key === 'textTower') return { ...target.textTower, why: text };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('engine', () => {
  it('tells the user which tower fell back from the graphics device, and only that one', async () => {
    const notices: EngineNotice[] = [];
    const environment = nodeEnvironment(root);
    const engine = new Engine(
      {
        ...environment,
        read: (path) => environment.read(path.startsWith('packs/') ? `public/${path}` : path),
        openEncoder: () => encoderSaying('self-test-failed', 'webgpu-slower'),
      },
      (notice) => { notices.push(notice); },
    );
    await engine.open({ pack: 'gallery' }, quiet);
    const reports = await engine.measure();
    expect(notices).toEqual([{ kind: 'backend-fell-back', part: 'image tower', to: reports[0]?.backend }]);
    await engine.dispose();
  });
});
