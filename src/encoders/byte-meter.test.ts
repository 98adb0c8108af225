import { describe, expect, it } from 'vitest';
import { ByteMeter } from './byte-meter.ts';

function metered(): { meter: ByteMeter; seen: [number, number][] } {
  const seen: [number, number][] = [];
  return { meter: new ByteMeter((done, total) => seen.push([done, total])), seen };
}

describe('ByteMeter', () => {
  it('counts several downloads towards one total, and changes no byte', async () => {
    const { meter, seen } = metered();
    const a = meter.count(new Response('12345', { headers: { 'content-length': '5' } }));
    const b = meter.count(new Response('123', { headers: { 'content-length': '3' } }));
    expect([await a.text(), await b.text()]).toEqual(['12345', '123']);
    expect(seen.at(-1)).toEqual([8, 8]);
    for (const [done, total] of seen) expect(done).toBeLessThanOrEqual(total);
  });

  it('lets the total grow where the length is not known, compressed or wrong', async () => {
    for (const headers of [{}, { 'content-length': '2', 'content-encoding': 'gzip' }, { 'content-length': '2' }]) {
      const { meter, seen } = metered();
      await meter.count(new Response('12345', { headers })).text();
      expect(seen.at(-1)).toEqual([5, 5]);
    }
  });

  it('leaves answers without a body, and failures, alone', async () => {
    const { meter, seen } = metered();
    expect(meter.count(new Response(null, { status: 204 })).status).toBe(204);
    const missing = meter.count(new Response('not found', { status: 404 }));
    expect(await missing.text()).toBe('not found');
    expect(seen).toEqual([]);
  });
});
