import type { StoreApi } from 'zustand/vanilla';
import type { AtlasView } from '../../core/permalink/atlas-view.ts';
import type { EngineClient } from '../../engine/client.ts';
import type { AppState } from '../model.ts';
import type { PageStorage } from '../pictures.ts';
import type { Making } from './making.ts';
import type { AtlasState } from './model.ts';

/** What the atlas needs of the rest of the page. */
export interface AtlasHost {
  readonly engine: EngineClient;
  readonly page: StoreApi<AppState>;
  readonly setView: (change: Partial<AtlasView>) => void;
  readonly storage: PageStorage;
}

/** What the parts of the atlas's store share. */
export interface AtlasParts extends AtlasHost {
  readonly get: () => AtlasState;
  readonly set: StoreApi<AtlasState>['setState'];
  readonly make: Making;
}
