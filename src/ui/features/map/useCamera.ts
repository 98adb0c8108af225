import { select } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from 'd3-zoom';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { AtlasView } from '../../../core/permalink/atlas-view.ts';
import { fitCamera, SCALES } from '../../points/camera.ts';
import type { Camera, Viewport } from '../../points/scene.ts';
import { useAtlas, useAtlasActions } from '../atlas/atlas-context.ts';

type Place = NonNullable<AtlasView['camera']>;

/** Room about the whole, in pixels. */
const PADDING = 34;
/** The whole at half its size is as far out as it goes. */
const FARTHEST = 0.5;
/** How near a concept is shown that one goes to. */
const NEAR = 4;
const STEP = 1.5;

/** What pointer and wheel may do now: move the map, or nothing but zoom while something is being drawn. */
export type Moves = (event: { readonly type: string; readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly button: number }) => boolean;

/** The map's camera, moved by d3-zoom, kept in the view (and so in the link). */
export interface MapCamera {
  readonly camera: Camera;
  /** Scale of the whole in view. */
  readonly fitScale: number;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly whole: () => void;
  /** Brings a place of the layout into the middle; `near` also zooms in to where a point has a surrounding. */
  readonly goTo: (x: number, y: number, near: boolean) => void;
}

/** Binds a stage's wheel, drag, pinch and double tap to the camera of the view. */
export function useCamera(stage: React.RefObject<HTMLElement | null>, positions: Float32Array, viewport: Viewport, moves: Moves): MapCamera {
  const actions = useAtlasActions();
  const linked = useAtlas((s) => ({ camera: s.view.camera })).camera;
  // While it moves; the view follows when it stands still.
  const [moving, setMoving] = useState<Place | null | undefined>(undefined);
  const fit = useMemo(() => fitCamera(positions, viewport, PADDING), [positions, viewport]);
  const place = moving === undefined ? linked : moving;
  const camera = useMemo<Camera>(() => (place === null ? fit : { x: place.x, y: place.y, scale: fit.scale * place.zoom }), [place, fit]);

  // What d3's callbacks read; they are bound once.
  const now = useRef({ fit, viewport, moves, place });
  useLayoutEffect(() => { now.current = { fit, viewport, moves, place }; });

  const behaviour = useMemo(() => zoom<HTMLElement, unknown>(), []);
  useEffect(() => {
    const { current: node } = stage;
    if (node === null) return undefined;
    let frame = 0;
    let next: Place | null = null;
    behaviour
      .filter((event: MouseEvent) => now.current.moves(event))
      .on('zoom', (event: D3ZoomEvent<HTMLElement, unknown>) => {
        // d3 tells of what the page itself set, too.
        if (event.sourceEvent == null) return;
        next = placeOf(event.transform, now.current.fit, now.current.viewport);
        if (frame === 0) frame = requestAnimationFrame(() => { frame = 0; setMoving(next); });
      })
      .on('end', (event: D3ZoomEvent<HTMLElement, unknown>) => {
        if (event.sourceEvent == null || next === null) return;
        cancelAnimationFrame(frame);
        frame = 0;
        actions.setView({ camera: next });
        setMoving(undefined);
        next = null;
      });
    const chosen = select(node);
    // A double click opens what it is on.
    chosen.call(behaviour).on('dblclick.zoom', null);
    return () => {
      cancelAnimationFrame(frame);
      chosen.on('.zoom', null);
    };
  }, [stage, behaviour, actions]);

  // A gesture that is under way knows its own place; it would be broken off.
  useLayoutEffect(() => { if (moving === undefined) follow(behaviour, stage.current, fit, viewport, camera); }, [behaviour, stage, fit, viewport, camera, moving]);

  const goTo = useCallback((x: number, y: number, near: boolean): void => {
    const { place: here } = now.current;
    actions.setView({ camera: { x, y, zoom: near ? Math.max(NEAR, here?.zoom ?? 1) : (here?.zoom ?? 1) } });
  }, [actions]);
  const zoomBy = (factor: number): void => {
    const zoomed = Math.min(Math.max((place?.zoom ?? 1) * factor, FARTHEST), nearest(fit));
    actions.setView({ camera: { x: camera.x, y: camera.y, zoom: zoomed } });
  };
  return {
    camera, fitScale: fit.scale, goTo,
    zoomIn: () => { zoomBy(STEP); },
    zoomOut: () => { zoomBy(1 / STEP); },
    whole: () => { actions.setView({ camera: null }); },
  };
}

/** Zoom at which positions would begin to step. */
function nearest(fit: Camera): number {
  return Math.max(1, SCALES[1] / fit.scale);
}

/** The place that d3's transform of the whole shows in the middle. */
function placeOf({ k, x, y }: { readonly k: number; readonly x: number; readonly y: number }, fit: Camera, { width, height }: Viewport): Place {
  return { zoom: k, x: fit.x + ((width / 2 - x) / k - width / 2) / fit.scale, y: fit.y - ((height / 2 - y) / k - height / 2) / fit.scale };
}

/** Tells d3 where the camera is, so that the next gesture starts there. */
function follow(behaviour: ZoomBehavior<HTMLElement, unknown>, node: HTMLElement | null, fit: Camera, { width, height }: Viewport, camera: Camera): void {
  if (node === null) return;
  const k = camera.scale / fit.scale;
  const at = [width / 2 + (camera.x - fit.x) * fit.scale, height / 2 - (camera.y - fit.y) * fit.scale] as const;
  behaviour.scaleExtent([FARTHEST, nearest(fit)]);
  behaviour.transform(select(node), zoomIdentity.translate(width / 2 - k * at[0], height / 2 - k * at[1]).scale(k));
}
