import type { AtlasActions } from './model.ts';
import { loadLabels, saveLabels } from './own-labels.ts';
import type { AtlasParts } from './parts.ts';

/** Labels of one's own: kept in this browser, for the open pack. */
export interface Labelling {
  readonly actions: Pick<AtlasActions, 'setLabel' | 'exportLabels'>;
  /** Reads those of the pack that was opened. */
  load(): void;
}

/** The labelling part of the atlas's store. */
export function labelling({ get, set, storage, page }: AtlasParts): Labelling {
  function put(labels: ReadonlyMap<number, string>): void {
    const { pack } = get();
    set({ ownLabels: labels });
    if (pack !== null) saveLabels(storage, pack, labels);
  }
  return {
    load() {
      const { pack } = get();
      if (pack !== null) set({ ownLabels: loadLabels(storage, pack) });
    },
    actions: {
      setLabel(concept, label) {
        const before = get().ownLabels;
        const after = new Map(before);
        if (label.trim() === '') after.delete(concept);
        else after.set(concept, label.trim());
        put(after);
        set({ undoable: { what: before.get(concept) ?? page.getState().pack?.concepts.label[concept] ?? '', undo: () => { put(before); } } });
      },
      exportLabels() {
        const { pack, ownLabels } = get();
        return JSON.stringify({ format: 'vlm-explore-labels', version: 1, pack, labels: Object.fromEntries(ownLabels) }, null, 2);
      },
    },
  };
}
