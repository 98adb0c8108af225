import { useMemo } from 'react';
import type { AtlasBridge } from '../../../engine/atlas/protocol.ts';
import { useApp } from '../../app-context.ts';
import { composeOverlay } from '../../plots/map/compose.ts';
import { bridgeEdges, type BridgeEdges } from '../../plots/map/edges.ts';
import type { FoundConcepts } from '../../plots/map/find-concepts.ts';
import type { MapPoints } from '../../plots/map/points.ts';
import type { Overlay, ScreenPoint } from '../../plots/map/overlay.ts';
import { radiusAt, toScreen } from '../../points/camera.ts';
import type { Viewport } from '../../points/scene.ts';
import { useAtlas } from '../atlas/atlas-context.ts';
import { useConceptName } from '../atlas/useConceptName.ts';
import type { MapCamera } from './useCamera.ts';
import { MOST_RINGS, type MapScene } from './usePoints.ts';
import { textWidth } from './text-width.ts';

/** Found and lit concepts that are ringed: all of a probe's, and as many results as one can tell apart. */
const MOST_FOUND = 200;
const NO_BRIDGES: readonly AtlasBridge[] = [];

/** The bridges that are drawn: the strongest, or those of the concept that is pointed at. */
export function useEdges(points: MapPoints | null): BridgeEdges {
  const { layer, count, hover, atlas } = useAtlas((s) => ({ layer: s.view.layer, count: s.view.bridges, hover: s.hover, atlas: s.atlas }));
  const top = atlas?.status === 'ready' ? (atlas.value.bridge?.top ?? NO_BRIDGES) : NO_BRIDGES;
  return useMemo(() => {
    if (points === null || layer === 'samples' || count === 0) return { edges: [], asked: 0 };
    const visible = new Set(points.order);
    return bridgeEdges(top, count, hover, (concept) => visible.has(concept));
  }, [points, layer, count, hover, top]);
}

interface Source {
  readonly scene: MapScene;
  readonly points: MapPoints;
  readonly camera: MapCamera;
  readonly viewport: Viewport;
  readonly edges: BridgeEdges;
  readonly found: FoundConcepts;
  /** The sample that is pointed at, and the one that was chosen. */
  readonly samples: { readonly hover: number | null; readonly chosen: number | null };
}

/** Everything above the points for the camera as it is. */
export function useOverlay({ scene, points, camera: { camera, fitScale }, viewport, edges, found, samples }: Source): Overlay {
  const name = useConceptName();
  const { pack } = useApp((s) => ({ pack: s.pack }));
  const { layer, hover, focus, selection, lit } = useAtlas((s) => ({ layer: s.view.layer, hover: s.hover, focus: s.view.focus, selection: s.view.selection, lit: s.lit }));
  return useMemo(() => {
    const { positions, radii } = points;
    const zoom = camera.scale / fitScale;
    const place = (point: number): ScreenPoint => {
      const [x, y] = toScreen(camera, viewport, positions[2 * point] ?? Number.NaN, positions[2 * point + 1] ?? Number.NaN);
      return { x, y, radius: radiusAt(radii[point] ?? 0, zoom) };
    };
    const one = (point: number | null): number[] => (point === null || point >= radii.length ? [] : [point]);
    const concepts = layer === 'concepts';
    const drawn = (list: Iterable<number>): number[] => [...list].filter((point) => point < radii.length && ((points.colours[point] ?? 0) >>> 24) > 0);
    const images = pack?.counts.images ?? 0;
    return composeOverlay({
      view: viewport, place, order: points.order, edges: edges.edges, groups: scene.groups, widthOf: textWidth,
      marked: concepts
        ? [
          { kind: 'selected', points: selection.length > MOST_RINGS ? [] : drawn(selection) },
          { kind: 'found', points: drawn(found.concepts.slice(0, MOST_FOUND)) },
          { kind: 'lit', points: lit === null ? [] : drawn([...lit.activations].sort(([, a], [, b]) => b - a).map(([concept]) => concept)) },
          { kind: 'focus', points: drawn(one(focus)) },
          { kind: 'hover', points: drawn(one(hover)) },
        ]
        : [{ kind: 'focus', points: one(samples.chosen) }, { kind: 'hover', points: one(samples.hover) }],
      labelled: !concepts ? 'none' : lit !== null ? 'marked' : 'all', label: name, pictureOn: !concepts,
      picture: concepts ? (point) => pack?.concepts.topImages[point]?.[0]?.item ?? null : (point) => (point < images ? point : null),
    });
  }, [points, camera, fitScale, viewport, edges, scene.groups, name, pack, layer, hover, focus, selection, lit, found, samples.chosen, samples.hover]);
}
