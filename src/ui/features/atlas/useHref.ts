import { useCallback } from 'react';
import type { AtlasView } from '../../../core/permalink/atlas-view.ts';
import { formatRoute, type View } from '../../../core/permalink/route.ts';
import { defaultViewState } from '../../../core/permalink/route.ts';
import { useApp } from '../../app-context.ts';

/** Address of a page of the atlas with the present view and a change of it: for plain links, so that Back, a new tab and copying work. */
export function useHref(): (page: View, change?: Partial<AtlasView>) => string {
  const { pack, atlas } = useApp((s) => ({ pack: s.pack, atlas: s.atlas }));
  return useCallback(
    (page, change = {}) =>
      formatRoute({ view: page, pack: pack === null ? null : { id: pack.id, hash: pack.hash }, readout: null, state: defaultViewState, atlas: { ...atlas, open: null, bridge: null, ...change } }),
    [pack, atlas],
  );
}
