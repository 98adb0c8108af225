/** For store-opfs.browser.test.ts: the steps of a download on the store of a worker, which has access handles. */
import { opfsStore } from './store-opfs.ts';

addEventListener('message', ({ data }: MessageEvent<string[]>) => {
  void steps(data).then((result) => { postMessage(result); }, (error: unknown) => { postMessage(String(error)); });
});

async function steps(folders: string[]): Promise<object> {
  const store = await opfsStore(folders);
  const old = await store.write('a/final');
  await old.append(0, Uint8Array.of(7));
  await old.close();
  const part = await store.write('a/final.part');
  const lengths = [part.byteLength];
  await part.append(0, Uint8Array.of(1, 2, 3));
  await part.append(3, Uint8Array.of(4, 5));
  lengths.push(part.byteLength);
  await part.append(2, Uint8Array.of(9));
  await part.flush();
  lengths.push(part.byteLength);
  const read = [...(await part.read(0, 3))];
  const second = await store.write('a/final.part').then(() => 'opened', (error: unknown) => (error instanceof Error ? error.name : ''));
  await part.close();
  await store.rename('a/final.part', 'a/final');
  const final = await store.open('a/final');
  return { lengths, read, second, renamed: await store.list(), old: await store.open('a/final.part'), replaced: [...((await final?.slice(0, 3)) ?? [])] };
}
