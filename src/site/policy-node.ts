/**
 * The page's Content-Security-Policy. index.html has it written out; what a build or the development server changes is here.
 *
 * Whom the page may connect to. A policy in the page cannot be widened while it runs, so hosts are named when the site is built:
 * itself, the hub that models come from (and the hosts that it redirects to), servers on the person's own machine, and what
 * VLM_EXPLORE_CONNECT adds. Not `https:`, which would let an injected script send anything anywhere.
 *
 * Browsers apply a page's policy to the page alone: a worker that is loaded from a file has the policy of that file's response
 * headers, and static hosts mostly send none. Downloads run in the engine's worker, where there is no markup to inject a script
 * into; there an address that a person names is reached wherever it is. A host that can send headers may send this policy with
 * them, as `vite preview` does, and so binds the worker to the same list.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

const META = /(http-equiv="Content-Security-Policy"\s+content=")([^"]*)(")/;
/** A source as CSP has it: scheme, host that may begin with `*.`, port. No other character can slip into the policy. */
const HOST = /^https?:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:(\d{1,5}|\*))?$/i;

/** The policy that `html` has in its meta element. Throws when there is none. */
export function policyOf(html: string): string {
  const policy = META.exec(html)?.[2];
  if (policy === undefined) throw new Error('index.html has no Content-Security-Policy');
  return policy;
}

/** Hosts of VLM_EXPLORE_CONNECT, separated by spaces or commas. Throws when one is not `https://host[:port]` (or `http://`). */
export function namedHosts(value: string | undefined): readonly string[] {
  const hosts = (value ?? '').split(/[\s,]+/u).filter((host) => host !== '').map((host) => host.replace(/\/$/u, ''));
  for (const host of hosts) {
    if (!HOST.test(host)) throw new Error(`VLM_EXPLORE_CONNECT: "${host}" is no host. Write https://my.host, without a path; several with spaces between.`);
  }
  return hosts;
}

/** `policy` with `hosts` among those that the page may connect to. */
export function withHosts(policy: string, hosts: readonly string[]): string {
  return policy.replace(/connect-src [^;]*/u, (directive) => [directive.trim(), ...hosts].join(' '));
}

/** Builds the policy into the page, with the hosts that VLM_EXPLORE_CONNECT adds; loosens it for the development server. */
export function sitePolicy(environment: Readonly<Record<string, string | undefined>>): Plugin {
  let serving = false;
  return {
    name: 'site-policy',
    configResolved: ({ command }) => {
      serving = command === 'serve';
    },
    transformIndexHtml: (html) => {
      const policy = withHosts(policyOf(html), namedHosts(environment['VLM_EXPLORE_CONNECT']));
      // Vite's dev server injects an inline script and style tags.
      const said = serving ? policy.replace(/(script|style)-src 'self'/gu, "$1-src 'self' 'unsafe-inline'") : policy;
      return html.replace(META, (_, before: string, __, after: string) => before + said + after);
    },
    // The same policy from the host, so that what is tried here is tried under it in workers too.
    configurePreviewServer: ({ middlewares, config: { root, build } }) => {
      const policy = policyOf(readFileSync(resolve(root, build.outDir, 'index.html'), 'utf8'));
      middlewares.use((_, response, next) => {
        response.setHeader('Content-Security-Policy', policy);
        next();
      });
    },
  };
}
