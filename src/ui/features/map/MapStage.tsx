import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { mapMessages } from '../../i18n/map.ts';
import { useMessages } from '../../i18n/text.ts';
import type { BridgeEdges } from '../../plots/map/edges.ts';
import type { FoundConcepts } from '../../plots/map/find-concepts.ts';
import type { MapPoints } from '../../plots/map/points.ts';
import { toLayout, toScreen } from '../../points/camera.ts';
import { indexPoints, type Direction } from '../../points/picking.ts';
import type { PointRenderer } from '../../points/point-renderer.ts';
import type { PointScene, Viewport } from '../../points/scene.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';
import { useHref } from '../atlas/useHref.ts';
import { MapOverlay } from './MapOverlay.tsx';
import { MapTools } from './MapTools.tsx';
import { PointCanvas } from './PointCanvas.tsx';
import { useAnnounce } from './useAnnounce.ts';
import { useCamera } from './useCamera.ts';
import { useGesture, type Tool } from './useGesture.ts';
import { useOverlay } from './useOverlay.ts';
import type { MapScene } from './usePoints.ts';

/** How far from a point it is still meant, in pixels. */
const REACH = 14;
/** Room that the cursor keeps to the edge of the stage. */
const MARGIN = 40;

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

interface Props {
  readonly scene: MapScene;
  readonly points: MapPoints;
  /** Lines between samples of pairs; null without. */
  readonly lines: PointScene['lines'];
  readonly edges: BridgeEdges;
  readonly found: FoundConcepts;
  readonly viewport: Viewport;
  readonly samples: { readonly hover: number | null; readonly chosen: number | null };
  readonly onSample: (point: number | null, chosen: boolean) => void;
  readonly onTable: () => void;
  readonly onBackend: (backend: Pick<PointRenderer, 'backend' | 'adapter'>) => void;
  /** Concept that one goes to, anew whenever the object is. */
  readonly target: { readonly concept: number } | null;
}

/** The points with what stands above them, under pointer and keyboard. */
export function MapStage({ scene, points, lines, edges, found, viewport, samples, onSample, onTable, onBackend, target }: Props) {
  const { t } = useMessages(mapMessages);
  const actions = useAtlasActions();
  const href = useHref();
  const announce = useAnnounce();
  const { layer, focus, hover, selection } = useAtlas((s) => ({ layer: s.view.layer, focus: s.view.focus, hover: s.hover, selection: s.view.selection }));
  const stage = useRef<HTMLDivElement>(null);
  const keysId = useId();
  const [tool, setTool] = useState<Tool>('pan');
  const [says, setSays] = useState('');
  const concepts = layer === 'concepts';
  const { positions } = points;

  const index = useMemo(() => {
    const drawn = new Set(points.order);
    return indexPoints(positions, (i) => drawn.has(i));
  }, [points, positions]);
  const pointScene = useMemo((): PointScene => ({ ...points, lines }), [points, lines]);
  // Whatever the tool, the wheel zooms; a drag moves the map unless it draws.
  const map = useCamera(stage, positions, viewport, ({ type, shiftKey, ctrlKey, button }) => type === 'wheel' || (tool === 'pan' && (type.startsWith('touch') || (!shiftKey && !ctrlKey && button === 0))));
  const gesture = useGesture(tool, (polygon, how) => {
    const inside = index.within(Float32Array.from(polygon.flatMap(([x, y]) => toLayout(map.camera, viewport, x, y))));
    if (!concepts) return;
    actions.select(inside, how);
    setSays(t('announce.selected', { n: inside.length }));
  });
  const overlay = useOverlay({ scene, points, camera: map, viewport, edges, found, samples });

  const { goTo } = map;
  useEffect(() => {
    if (target === null) return;
    const [x, y] = [positions[2 * target.concept] ?? Number.NaN, positions[2 * target.concept + 1] ?? Number.NaN];
    if (Number.isFinite(x) && Number.isFinite(y)) goTo(x, y, true);
  }, [target, positions, goTo]);

  const pointAt = (event: React.MouseEvent<HTMLElement>): number | null => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const [x, y] = toLayout(map.camera, viewport, event.clientX - left, event.clientY - top);
    return index.nearest(x, y, REACH / map.camera.scale);
  };
  const hoverOver = (point: number | null): void => {
    if (concepts) actions.hover(point);
    else onSample(point, false);
  };
  const choose = (point: number | null): void => {
    if (concepts) actions.setView({ focus: point });
    else onSample(point, true);
  };
  const cursor = concepts ? (hover ?? focus) : (samples.hover ?? samples.chosen);
  const moveTo = (point: number): void => {
    const [x, y] = [positions[2 * point] ?? 0, positions[2 * point + 1] ?? 0];
    const [px, py] = toScreen(map.camera, viewport, x, y);
    if (px < MARGIN || py < MARGIN || px > viewport.width - MARGIN || py > viewport.height - MARGIN) goTo(x, y, false);
    hoverOver(point);
    setSays('');
  };
  const step = (direction: Direction): void => {
    const from = cursor === null || !Number.isFinite(positions[2 * cursor]) ? null : cursor;
    const next = from === null ? index.nearest(map.camera.x, map.camera.y, Infinity) : index.towards(from, direction);
    if (next === null) setSays(t('announce.edge'));
    else moveTo(next);
  };
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) step(arrow);
    else if (event.key === 'Enter' && cursor !== null) {
      if (concepts) location.hash = href('concept', { open: cursor });
      else choose(cursor);
    } else if (event.key === ' ') {
      if (concepts && cursor !== null) actions.select([cursor], selection.includes(cursor) ? 'remove' : 'add');
    } else if (event.key === '+' || event.key === '=') map.zoomIn();
    else if (event.key === '-') map.zoomOut();
    else if (event.key === '0') map.whole();
    else if (event.key === 't') onTable();
    else if (event.key === 'Escape') {
      gesture.cancel();
      hoverOver(null);
    } else return;
    event.preventDefault();
    // The page's own shortcuts use some of the same keys.
    event.stopPropagation();
  };
  return (
    <>
      <div
        ref={stage} className={`map-stage ${tool}`} tabIndex={0} role="listbox" aria-label={t('map.points')} aria-describedby={keysId} aria-multiselectable={concepts}
        {...(cursor === null ? {} : { 'aria-activedescendant': `${keysId}at` })} onKeyDown={onKey}
        onPointerDown={gesture.onPointerDown} onPointerCancel={gesture.cancel}
        onPointerMove={(event) => {
          gesture.onPointerMove(event);
          if (event.pointerType !== 'touch' && !gesture.drawing && event.buttons === 0) hoverOver(pointAt(event));
        }}
        onPointerLeave={() => { hoverOver(null); }}
        onPointerUp={(event) => {
          if (gesture.onPointerUp()) event.currentTarget.addEventListener('click', stop, { once: true, capture: true });
        }}
        onClick={(event) => {
          const point = pointAt(event);
          if (event.shiftKey && concepts) {
            if (point !== null) actions.select([point], selection.includes(point) ? 'remove' : 'add');
          } else choose(point);
        }}
        onDoubleClick={(event) => {
          const point = pointAt(event);
          if (point !== null && concepts) location.hash = href('concept', { open: point });
        }}
      >
        {/* The points are pixels: the one under the cursor is said as the option that it is. */}
        {cursor !== null && <div role="option" id={`${keysId}at`} className="visually-hidden" aria-selected={concepts && selection.includes(cursor)}>{announce(cursor)}</div>}
        <PointCanvas scene={pointScene} camera={map.camera} viewport={viewport} fitScale={map.fitScale} onBackend={onBackend} />
        <MapOverlay overlay={overlay} width={viewport.width} height={viewport.height} gesture={gesture.outline} />
      </div>
      <p id={keysId} hidden>{t('map.keys')}</p>
      <p role="status" className="visually-hidden">{says}</p>
      <MapTools tool={concepts ? tool : 'pan'} selects={concepts} onTool={setTool} onIn={map.zoomIn} onOut={map.zoomOut} onWhole={map.whole} />
    </>
  );
}

function stop(event: Event): void {
  event.stopPropagation();
}
