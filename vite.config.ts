import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';
import type {} from 'vitest/config';
import { encoderAssets } from './src/encoders/vite-plugin.ts';
import { galleryAssets } from './src/packs/gallery/vite-plugin.ts';
import { sitePolicy } from './src/site/policy-node.ts';
import { serviceWorker } from './src/site/vite-plugin.ts';

export default defineConfig(async (): Promise<UserConfig> => {
  // Only vitest needs the browser provider: `npm start` does not load it.
  const testing = process.env['VITEST'] === undefined ? undefined : await import('./tests/support/vitest-projects.ts');
  return {
    // Relative addresses: the built site works in any folder of any static host.
    base: './',
    // Routes live in the hash, so an unknown path is a missing file: 404, as on a static host, not index.html.
    appType: 'mpa',
    // The page that vitest runs browser tests in is its own, and has no policy.
    plugins: [react(), ...(testing === undefined ? [sitePolicy(process.env)] : []), encoderAssets(), galleryAssets(), serviceWorker()],
    worker: { format: 'es' },
    server: { host: 'localhost' },
    preview: { host: 'localhost' },
    build: { target: 'es2023', modulePreload: { polyfill: false } },
    optimizeDeps: {
      // Everything is found before the first page or test runs: a late find reloads the page under the test.
      entries: ['index.html', 'src/engine/worker.ts', '{src,tests}/**/*.browser.test.{ts,tsx}'],
      // Both find their wasm beside their own file; pre-bundling would move them away from it.
      exclude: ['onnxruntime-web', '@huggingface/transformers'],
    },
    ...(testing === undefined ? {} : { test: { projects: testing.testProjects() } }),
  };
});
