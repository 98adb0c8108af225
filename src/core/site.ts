/** What the page, its engine's worker and its service worker say to each other. */

/** BroadcastChannel on which the engine's worker names the files that it fetched. */
export const FETCHED_CHANNEL = 'vlm-explore-fetched';

/** Messages from the page to its service worker. */
export type ToServiceWorker =
  /** Files that this page and its workers fetched, absolute: keep those that belong to the site, for when there is no network. */
  | { readonly type: 'keep'; readonly urls: readonly string[] }
  /** The person wants the new version: do not wait until every page is closed. */
  | { readonly type: 'skipWaiting' };
