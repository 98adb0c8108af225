import { FETCHED_CHANNEL } from '../core/site.ts';

/**
 * Names every file that this worker fetches to the page, which sees only its own. The service worker, which on the first visit
 * starts after most of them are fetched, is told to keep them.
 */
export function reportFetched(): void {
  const channel = new BroadcastChannel(FETCHED_CHANNEL);
  new PerformanceObserver((list) => {
    channel.postMessage(list.getEntries().map(({ name }) => name));
  }).observe({ type: 'resource', buffered: true });
}
