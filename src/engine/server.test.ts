import { describe, expect, it } from 'vitest';
import { CancelledError, InputError } from '../core/errors.ts';
import { EngineClient, type EnginePort } from './client.ts';
import { serve, type CallContext, type Handlers } from './server.ts';

/** A client and a server that exchange structured clones, as a page and its worker do. */
function connect(handlers: Partial<Handlers>): EngineClient {
  const port: EnginePort = { onmessage: null, postMessage: (message) => { queueMicrotask(() => { receive(structuredClone(message)); }); } };
  const receive = serve(handlers as Handlers, (message) => {
    const data = structuredClone(message);
    queueMicrotask(() => port.onmessage?.({ data } as MessageEvent));
  });
  return new EngineClient(port, 'http://localhost/');
}

describe('engine client and server', () => {
  it('carries output and progress, each to its own request', async () => {
    const client = connect({
      probeTexts: async ({ texts }, { progress }) => {
        progress({ phase: 'embed', done: texts.length, total: 9, unit: 'items' });
        await Promise.resolve();
        return { results: [], failures: [] };
      },
    });
    const seen: number[] = [];
    const ask = (n: number): Promise<unknown> =>
      client.call('probeTexts', { texts: Array.from({ length: n }, () => ({ key: '', text: '' })) }, { onProgress: ({ done }) => { seen.push(done * 10 + n); } });
    await Promise.all([ask(1), ask(2)]);
    expect(seen.sort()).toEqual([11, 22]);
  });

  it('keeps file, field and next step of an InputError', async () => {
    const client = connect({ similarities: () => Promise.reject(new InputError('it is cut.', { file: 'a.png', field: 'IEND', fix: 'Copy it again.' })) });
    const error = await client.call('similarities', { probes: [] }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).place).toEqual({ file: 'a.png', field: 'IEND', fix: 'Copy it again.' });
    expect((error as InputError).message).toBe('a.png: IEND: it is cut. Copy it again.');
  });

  it('cancels: the caller hears at once, the handler through its signal', async () => {
    let heard: (value: boolean) => void = () => undefined;
    const aborted = new Promise<boolean>((resolve) => { heard = resolve; });
    const client = connect({
      measure: (_input, { signal }: CallContext) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            heard(true);
            resolve([]);
          });
        }),
    });
    const abort = new AbortController();
    const call = client.call('measure', {}, { signal: abort.signal }).catch((e: unknown) => e);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    abort.abort();
    expect(await call).toBeInstanceOf(CancelledError);
    expect(await aborted).toBe(true);
  });

  it('fails open requests when the worker dies', async () => {
    const client = connect({ samples: () => new Promise(() => undefined) });
    const call = client.call('samples', {}).catch((e: unknown) => e);
    client.abandon('The compute worker stopped.');
    expect(await call).toEqual(new Error('The compute worker stopped.'));
  });
});
