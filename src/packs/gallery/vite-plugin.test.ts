import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { galleryAssets } from './vite-plugin.ts';

let server: ViteDevServer;
let address = '';

beforeAll(async () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  server = await createServer({ root, configFile: false, logLevel: 'silent', appType: 'custom', optimizeDeps: { noDiscovery: true }, server: { port: 0, host: 'localhost', hmr: false, watch: null }, plugins: [galleryAssets()] });
  await server.listen();
  address = server.resolvedUrls?.local[0] ?? '';
});

afterAll(() => server.close());

describe('galleryAssets', () => {
  it('serves a sheet, drawn when it is asked for', async () => {
    const response = await fetch(`${address}packs/gallery/sprites/sheet-25.webp?x=1`);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(await sharp(await response.arrayBuffer()).metadata()).toMatchObject({ format: 'webp', width: 1536, height: 1536, hasAlpha: true });
  });

  it('serves the credits', async () => {
    const response = await fetch(`${address}packs/gallery/attribution.json`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ packages: expect.arrayContaining([expect.objectContaining({ package: '@iconify-json/noto', version: '1.2.9' })]) as unknown });
  });

  it.each(['sprites/sheet-26.webp', 'sprites/sheet-1.webp', 'sprites/../../package.json', 'other.json'])('leaves %s to others', async (name) => {
    expect((await fetch(`${address}packs/gallery/${name}`)).status).toBe(404);
  });
});
