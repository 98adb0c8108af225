import { FETCHED_CHANNEL, type ToServiceWorker } from '../../core/site.ts';

/** A version that waits for the page to be loaded again. */
export interface SiteUpdate {
  /** Starts it and loads the page again. */
  readonly reload: () => void;
}

/** Pages stay open for days: so often a returning person's page looks for a new version. */
const CHECK_EVERY_MS = 60 * 60_000;
/** Files are reported when none came for so long. */
const QUIET_MS = 1000;

/**
 * Registers the service worker and watches over it until the page is left; `onUpdate` is called when a new version waits.
 * Nothing happens in development, on plain http, or where workers are switched off: the page works the same, online.
 */
export function startSiteWorker(onUpdate: (update: SiteUpdate) => void): void {
  if (!import.meta.env.PROD || !isSecureContext || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  keepWhatIsFetched(serviceWorker);
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    // Another page started the new version: this one still runs the old. A first visit is just being taken over.
    if (controlled) onUpdate({ reload: () => { location.reload(); } });
    controlled = true;
  });
  whenLoaded(() => {
    serviceWorker
      .register('service-worker.js', { scope: './', updateViaCache: 'none' })
      .then(() => serviceWorker.getRegistration('./'))
      .then((registration) => { if (registration !== undefined) watch(registration, onUpdate); })
      // Switched off, or the host does not have it.
      .catch(() => undefined);
  });
}

function watch(registration: ServiceWorkerRegistration, onUpdate: (update: SiteUpdate) => void): void {
  const look = (): void => {
    const { waiting, active } = registration;
    // Without an active worker the waiting one is the first, and starts by itself.
    if (waiting !== null && active !== null) onUpdate({ reload: () => { start(waiting); } });
  };
  const follow = (): void => { registration.installing?.addEventListener('statechange', look); };
  registration.addEventListener('updatefound', follow);
  follow();
  look();
  let checked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' || Date.now() - checked < CHECK_EVERY_MS) return;
    checked = Date.now();
    registration.update().catch(() => undefined);
  });
}

function start(worker: ServiceWorker): void {
  worker.addEventListener('statechange', () => {
    if (worker.state === 'activated') location.reload();
  });
  tell(worker, { type: 'skipWaiting' });
}

/** Tells the service worker what the page and its engine fetched: on the first visit it was not there to see it. */
function keepWhatIsFetched(serviceWorker: ServiceWorkerContainer): void {
  const urls = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const add = (names: readonly string[]): void => {
    for (const name of names) urls.add(name);
    clearTimeout(timer);
    timer = setTimeout(() => {
      void serviceWorker.ready.then(({ active }) => {
        if (active === null || urls.size === 0) return;
        tell(active, { type: 'keep', urls: [...urls] });
        urls.clear();
      });
    }, QUIET_MS);
  };
  new BroadcastChannel(FETCHED_CHANNEL).onmessage = ({ data }: MessageEvent<readonly string[]>) => { add(data); };
  new PerformanceObserver((list) => { add(list.getEntries().map(({ name }) => name)); }).observe({ type: 'resource', buffered: true });
}

function tell(worker: ServiceWorker, message: ToServiceWorker): void {
  worker.postMessage(message);
}

/** After the page's own files: what is kept for later does not hold up what is wanted now. */
function whenLoaded(then: () => void): void {
  if (document.readyState === 'complete') then();
  else addEventListener('load', then, { once: true });
}
