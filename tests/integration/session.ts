/** The page's store on the real engine in Node: everything but pixels and workers. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EngineClient, type EnginePort } from '../../src/engine/client.ts';
import { Engine } from '../../src/engine/engine.ts';
import { allHandlers } from '../../src/engine/handlers.ts';
import { nodeEnvironment } from '../../src/engine/environment-node.ts';
import { serve } from '../../src/engine/server.ts';
import { TabPictures } from '../../src/state/pictures.ts';
import { createAppStore, type AppStore } from '../../src/state/store.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const nowhere = { getItem: () => null, setItem: () => undefined };

/** A fresh session, and the paths of all files its engine read. */
export function openSession(): { store: AppStore; read: string[] } {
  const environment = nodeEnvironment(root);
  const read: string[] = [];
  const engine = new Engine(
    {
      ...environment,
      read: (path) => {
        read.push(path);
        return environment.read(path.startsWith('packs/') ? `public/${path}` : path);
      },
      openEncoder: (path, onProgress, device) => {
        read.push(path);
        return environment.openEncoder(path, onProgress, device);
      },
    },
    () => undefined,
  );
  const port: EnginePort = { onmessage: null, postMessage: (message) => { receive(message); } };
  const receive = serve(allHandlers(engine), (data) => port.onmessage?.({ data } as MessageEvent));
  return { store: createAppStore(new EngineClient(port, ''), new TabPictures(nowhere), nowhere), read };
}

/** A picture of the repository as the page would hand it over. */
export function pictureFile(path: string): { name: string; blob: Blob } {
  return { name: path.split('/').at(-1) ?? path, blob: new Blob([new Uint8Array(readFileSync(`${root}${path}`))]) };
}
