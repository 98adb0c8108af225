import { useCallback, useMemo, useRef, useState } from 'react';
import { useApp } from '../../app-context.ts';
import { ExportFigure } from '../../figures/ExportFigure.tsx';
import { CopyViewLink } from '../../figures/CopyViewLink.tsx';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import { count } from '../../plots/amounts.ts';
import { legendEdges } from '../../plots/map/legend.ts';
import { pairLines } from '../../plots/map/pair-lines.ts';
import type { PointRenderer } from '../../points/point-renderer.ts';
import { useDark } from '../../useDark.ts';
import { CollectionsButton } from '../collections/CollectionsButton.tsx';
import { useAtlas, useAtlasActions, useShown } from '../atlas/atlas-context.ts';
import { DisplayControls } from './DisplayControls.tsx';
import { Filters } from './Filters.tsx';
import { FindConcepts, useFound } from './FindConcepts.tsx';
import { GroupTree } from './GroupTree.tsx';
import { Making } from './Making.tsx';
import { MapFoot } from './MapFoot.tsx';
import { MapInspector } from './MapInspector.tsx';
import { MapLegend } from './MapLegend.tsx';
import { MapStage } from './MapStage.tsx';
import { MapTable } from './MapTable.tsx';
import { SampleTable } from './SampleTable.tsx';
import { useEdges } from './useOverlay.ts';
import { useMapData } from './useMapData.ts';
import { usePictureSearch } from './usePictureSearch.ts';
import { usePoints } from './usePoints.ts';
import { useViewport } from './useViewport.ts';
import '../../styles/map.css';

/** Lines of pairs, 0xAABBGGRR: grey that lets what lies below through. */
const PAIR_LINE = { light: 0x38_70_68_60, dark: 0x38_b2_ab_a3 };

/** The map of the concepts, and of the samples: every point of the pack, with what it takes to find and read one. */
export function MapView() {
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const { layer, colour, layoutKind, atlas, groups } = useAtlas((s) => ({ layer: s.view.layer, colour: s.view.colour, layoutKind: s.view.layout, atlas: s.atlas, groups: s.groups.get(s.view.groups) }));
  const { pairs } = useApp((s) => ({ pairs: s.samples?.pairs ?? null }));
  const scene = usePoints();
  const { points, layout, made } = scene;
  const shown = useShown();
  const dark = useDark();
  const edges = useEdges(points);
  const { found, query, setQuery } = useFound();
  const { ref, viewport } = useViewport();
  const body = useRef<HTMLDivElement>(null);
  const picture = usePictureSearch();
  const [table, setTable] = useState(false);
  const [withPairs, setWithPairs] = useState(true);
  const [sample, setSample] = useState<{ hover: number | null; chosen: number | null }>({ hover: null, chosen: null });
  const [target, setTarget] = useState<{ readonly concept: number } | null>(null);
  const [backend, setBackend] = useState<Pick<PointRenderer, 'backend' | 'adapter'> | null>(null);
  const data = useMapData(points);
  // Read once: closing or opening it is up to whoever looks.
  const [wide] = useState(() => matchMedia('(min-width: 800px)').matches);

  const lines = useMemo(() => {
    if (layer !== 'samples' || !withPairs || pairs === null) return null;
    const ends = pairLines(pairs);
    return { ends, colours: new Uint32Array(ends.length / 2).fill(PAIR_LINE[dark ? 'dark' : 'light']) };
  }, [layer, withPairs, pairs, dark]);
  const onSample = useCallback((point: number | null, chosen: boolean) => {
    setSample((before) => (chosen ? { ...before, chosen: point } : before.hover === point ? before : { ...before, hover: point }));
  }, []);
  const onGo = (concept: number): void => {
    actions.setView({ focus: concept });
    setTable(false);
    setTarget({ concept });
  };
  const says = useSays(points?.unplaced ?? 0, edges, lines === null ? 0 : lines.ends.length / 2, backend);
  const problem = made?.status === 'failed' ? { text: t('failed.layout', { reason: made.error.message }), again: () => void actions.start() }
    : atlas?.status === 'failed' ? { text: t('failed.atlas', { reason: atlas.error.message }), again: () => void actions.start() }
    : colour === 'group' && groups?.status === 'failed' ? { text: t('failed.groups', { reason: groups.error.message }), again: () => void actions.start() }
    : null;
  const empty = layer === 'concepts' && shown?.shown === 0;
  return (
    <div className="map-view" {...picture.handlers}>
      <main id="view" tabIndex={-1}>
        <h2 className="visually-hidden">{t('map.title')}</h2>
        <div className="map-bar">
          <FindConcepts found={found} query={query} onQuery={setQuery} onGo={onGo} />
          <span className="spacer" />
          <button type="button" aria-pressed={table} onClick={() => { setTable(!table); }}>{t('tools.table')}</button>
          <CollectionsButton />
          <ExportFigure id="map" title={t(layer === 'concepts' ? 'map.region' : 'map.samples')} body={body} data={data} />
          <CopyViewLink />
        </div>
        <div className="map-bar">
          <DisplayControls pairs={withPairs} onPairs={setWithPairs} />
          {layer === 'concepts' && <GroupTree />}
          {layer === 'concepts' && shown !== null && <Filters shown={shown} />}
        </div>
        {problem !== null && <p role="alert" className="map-problem">{problem.text} <button type="button" onClick={problem.again}>{t('failed.retry')}</button></p>}
        <section aria-labelledby="figure-map" className="map-region" aria-busy={points === null}>
          <h3 id="figure-map" className="visually-hidden">{t(layer === 'concepts' ? 'map.region' : 'map.samples')}</h3>
          {table ? (layer === 'concepts' ? <MapTable /> : <SampleTable onChoose={(point) => { onSample(point, true); }} />) : (
            <div ref={body} className="map-body">
              <div ref={ref} className="map-room">
                {points !== null && viewport !== null && (
                  <MapStage
                    scene={scene} points={points} lines={lines} edges={edges} found={found} viewport={viewport} samples={sample} target={target}
                    onSample={onSample} onTable={() => { setTable(true); }} onBackend={setBackend}
                  />
                )}
                {points === null && problem === null && <p className="making">{made?.status === 'making' ? <Making progress={made.progress} onCancel={null} /> : t('map.waiting')}</p>}
                {empty && (
                  <p className="map-empty">{t('empty.text', { dead: count(shown.dead), alwaysOn: count(shown.alwaysOn), filtered: count(shown.filtered), which: t('empty.ranges') })}</p>
                )}
                {picture.over && <p className="map-drop">{t('drop.over')}</p>}
              </div>
              {points !== null && (
                <details className="map-key" open={wide}>
                  <summary>{t('legend.title')}</summary>
                  <MapLegend
                    t={t} layer={layer} colourName={layer === 'concepts' ? t(`legend.${colour}`) : null} missing={t(colour === 'group' ? 'legend.ungrouped' : 'legend.missing')}
                    spec={{ ...scene.legend, edges: legendEdges(edges.edges) }} pairs={lines !== null}
                  />
                </details>
              )}
            </div>
          )}
        </section>
        <MapFoot says={says} layout={layout?.kind === layoutKind ? layout : null} made={made} />
      </main>
      <MapInspector sample={sample.hover ?? sample.chosen} onClose={() => { onSample(null, true); }} />
    </div>
  );
}

/** How many of what are on the map, and what drew it: nothing is left out unsaid. */
function useSays(unplaced: number, edges: { readonly edges: readonly unknown[]; readonly asked: number }, pairs: number, backend: Pick<PointRenderer, 'backend' | 'adapter'> | null): string[] {
  const { t } = useMessages(mapMessages);
  const shown = useShown();
  const { layer, lit } = useAtlas((s) => ({ layer: s.view.layer, lit: s.lit }));
  const { images, texts } = useApp((s) => ({ images: s.pack?.counts.images ?? 0, texts: s.pack?.counts.texts ?? 0 }));
  if (shown === null) return [];
  const missing = unplaced === 0 ? '' : t('counts.unplaced', { n: count(unplaced) });
  const drawn = backend === null ? [] : [backend.backend === 'webgpu' ? t('drawn.webgpu', { adapter: backend.adapter ?? '?' }) : t('drawn.canvas')];
  if (layer === 'samples') return [t('counts.samples', { images: count(images), texts: count(texts) }) + missing, ...(pairs === 0 ? [] : [t('pairs.shown', { n: count(pairs) })]), ...drawn];
  const concepts = t('counts.concepts', { shown: count(shown.shown), of: count(shown.of), dead: count(shown.dead), alwaysOn: count(shown.alwaysOn), filtered: count(shown.filtered) }) + missing;
  const bright = lit === null ? [] : [t('counts.lit', { n: lit.activations.size, m: [...lit.activations.keys()].filter((concept) => shown.mask[concept] === 1).length })];
  const hidden = edges.edges.length === edges.asked ? [] : [t('bridges.hidden', { n: edges.edges.length, m: edges.asked })];
  return [concepts, ...bright, ...hidden, ...drawn];
}
