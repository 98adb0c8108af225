import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { namedHosts, policyOf, withHosts } from './policy-node.ts';

const html = readFileSync(new URL('../../index.html', import.meta.url), 'utf8');
const directives = (policy: string): Map<string, string[]> =>
  new Map(policy.split(';').map((directive) => directive.trim().split(/\s+/u)).map(([name = '', ...sources]) => [name, sources]));

describe('the site’s policy', () => {
  it('allows no inline script or style, no eval but wasm’s, and no scheme or host at large', () => {
    const policy = directives(policyOf(html));
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(policy.get('style-src')).toEqual(["'self'"]);
    expect(policy.get('worker-src')).toEqual(["'self'"]);
    for (const source of policy.get('connect-src') ?? []) expect(source).not.toMatch(/^(\*|https?:|https?:\/\/\*)$/u);
  });

  it('takes hosts of VLM_EXPLORE_CONNECT into connect-src alone', () => {
    const before = directives(policyOf(html));
    const after = directives(withHosts(policyOf(html), namedHosts('https://my.host, http://10.0.0.7:8080/  https://*.lab.example')));
    const hosts = ['https://my.host', 'http://10.0.0.7:8080', 'https://*.lab.example'];
    expect(after).toEqual(new Map([...before].map(([name, sources]) => [name, name === 'connect-src' ? [...sources, ...hosts] : sources])));
    expect(namedHosts(undefined)).toEqual([]);
  });

  it.each(['https:', '*', 'https://*', 'my.host', 'https://a.b;script-src *', 'https://my.host/path', "'unsafe-inline'", 'ftp://x'])(
    'refuses %s',
    (value) => {
      expect(() => namedHosts(value)).toThrow('VLM_EXPLORE_CONNECT');
    },
  );

  it('says when a page has none', () => {
    expect(() => policyOf('<html></html>')).toThrow('Content-Security-Policy');
  });
});
