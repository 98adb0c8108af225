import { encodeReadout } from '../core/permalink/codec.ts';
import type { ProbeReadout } from '../core/readout.ts';

/** The part of the browser's storages that is needed. What is kept there is never sent anywhere; each method may throw where storage is switched off. */
export interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** A probe's small picture and file name, which no link carries. */
export interface KeptPicture {
  readonly url: string;
  readonly name: string;
}

/** Remembers small pictures for this tab, so that a reload, which reads the address like any link, shows them again. */
export class TabPictures {
  readonly #storage: PageStorage;

  constructor(storage: PageStorage) {
    this.#storage = storage;
  }

  /** Keeps a probe's picture under its code. Storage that is full or switched off keeps nothing. */
  async keep(readout: ProbeReadout, thumbnail: Blob, name: string): Promise<void> {
    try {
      const bytes = new Uint8Array(await thumbnail.arrayBuffer());
      const url = `data:${thumbnail.type};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
      this.#storage.setItem(keyOf(readout), JSON.stringify({ url, name }));
    } catch {
      // Nothing is lost but the comfort: the probe is on the page all the same.
    }
  }

  /** The picture kept for a probe with this code in this tab, if any. */
  find(readout: ProbeReadout): KeptPicture | null {
    try {
      const { url, name } = JSON.parse(this.#storage.getItem(keyOf(readout)) ?? '{}') as Partial<Record<keyof KeptPicture, unknown>>;
      return typeof url === 'string' && url.startsWith('data:image/') && typeof name === 'string' ? { url, name } : null;
    } catch {
      return null;
    }
  }
}

function keyOf(readout: ProbeReadout): string {
  return `vlm-explore.picture.${encodeReadout({ probes: [readout], similarities: [] })}`;
}
