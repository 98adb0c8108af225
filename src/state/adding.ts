import { InputError } from '../core/errors.ts';
import { MAX_TEXT_LENGTH } from '../core/permalink/limits.ts';
import { reportError } from '../engine/client.ts';
import type { ImageInput } from '../engine/protocol.ts';
import type { ProbeList } from './probe-list.ts';
import type { Relations } from './relations.ts';
import type { Session } from './session.ts';

/** Images are embedded in groups, so that results appear and a cancel is heard while a large drop is under way. */
const GROUP = 8;

/** Embeds pictures and puts them on the page as they come; those that cannot be read are named, the others go on. */
export async function addImages(session: Session, list: ProbeList, relations: Relations, files: readonly { name: string; blob: Blob }[]): Promise<void> {
  const { engine, newKey, asJob } = session;
  const images: ImageInput[] = files.map(({ name, blob }) => ({ key: newKey(), name, blob }));
  list.addWaiting(images.map(({ key, name }) => ({ key, kind: 'image', name })));
  try {
    await asJob('embed', true, async (signal, report) => {
      for (let at = 0; at < images.length; at += GROUP) {
        report({ phase: 'embed', done: at, total: images.length, unit: 'items' });
        const { results, failures } = await engine.call('probeImages', { images: images.slice(at, at + GROUP) }, { signal });
        for (const { key, readout, thumbnail } of results) list.settle(key, readout, thumbnail);
        list.fail(failures);
        await relations.update();
      }
    });
  } catch (error) {
    list.giveUp(images.map((i) => i.key), error);
  }
}

/** Embeds texts, one a line; empty lines are ignored, lines that no link could carry are refused. */
export async function addTexts(session: Session, list: ProbeList, relations: Relations, lines: readonly string[]): Promise<void> {
  const { engine, newKey, asJob } = session;
  const keyed = lines.map((text) => ({ key: newKey(), text }));
  const [texts, tooLong] = [keyed.filter((t) => t.text.length <= MAX_TEXT_LENGTH), keyed.filter((t) => t.text.length > MAX_TEXT_LENGTH)];
  list.addWaiting(keyed.map(({ key, text: name }) => ({ key, kind: 'text', name })));
  list.fail(tooLong.map(({ key, text }) => ({ key, error: reportError(longText(text)) })));
  try {
    await asJob('embed', true, async (signal, onProgress) => {
      const { results, failures } = await engine.call('probeTexts', { texts }, { signal, onProgress });
      for (const { key, readout } of results) list.settle(key, readout, null);
      list.fail(failures);
      await relations.update();
    });
  } catch (error) {
    list.giveUp(keyed.map((t) => t.key), error);
  }
}

/** Adds a picture of the gallery from its stored embedding; no model is needed. */
export async function addGalleryImage(session: Session, list: ProbeList, relations: Relations, item: number): Promise<void> {
  const key = session.newKey();
  list.addWaiting([{ key, kind: 'image', name: '' }]);
  try {
    const { results } = await session.engine.call('probeGallery', { items: [{ key, item }] });
    for (const { readout } of results) list.settle(key, readout, null);
    await relations.update();
  } catch (error) {
    list.giveUp([key], error);
  }
}

function longText(text: string): InputError {
  return new InputError(`it has ${String(text.length)} characters.`, {
    file: `“${text.slice(0, 40)}…”`,
    fix: `A text can have at most ${String(MAX_TEXT_LENGTH)}; put shorter texts on lines of their own.`,
  });
}
