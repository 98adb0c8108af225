/// <reference lib="webworker" />
import type { ToServiceWorker } from '../core/site.ts';
import { SiteCache, type SiteFiles } from './site-cache.ts';

declare const self: ServiceWorkerGlobalScope;
/** Written in by vite-plugin.ts when the site is built. */
declare const SITE_FILES: SiteFiles;

const site = new SiteCache(SITE_FILES, self.registration.scope, caches, (request, init) => fetch(request, init));

self.addEventListener('install', (event) => { event.waitUntil(site.install()); });
self.addEventListener('activate', (event) => { event.waitUntil(site.activate()); });
self.addEventListener('fetch', (event) => {
  const answer = site.answer(event.request, (work) => { event.waitUntil(work); });
  if (answer !== null) event.respondWith(answer);
});
self.addEventListener('message', (event) => {
  const message = event.data as ToServiceWorker;
  // The first visit's page is taken over only once it has said what it fetched: until then nothing is between it and the network.
  if (message.type === 'keep') event.waitUntil(site.keep(message.urls).then(() => self.clients.claim()).then(() => site.keepData()));
  else event.waitUntil(self.skipWaiting());
});
