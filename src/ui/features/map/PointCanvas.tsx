import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { PointRenderer } from '../../points/point-renderer.ts';
import { createPointRenderer } from '../../points/renderer.ts';
import type { Camera, PointScene, Viewport } from '../../points/scene.ts';

interface Props {
  readonly scene: PointScene;
  readonly camera: Camera;
  readonly viewport: Viewport;
  readonly fitScale: number;
  /** Says what draws. */
  readonly onBackend: (backend: Pick<PointRenderer, 'backend' | 'adapter'>) => void;
}

/** The points, drawn by WebGPU where there is any; by the canvas where there is none, or when the GPU went away. */
export function PointCanvas({ scene, camera, viewport, fitScale, onBackend }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [lost, setLost] = useState(0);
  const [renderer, setRenderer] = useState<PointRenderer | null>(null);
  useEffect(() => {
    const { current } = canvas;
    if (current === null) return undefined;
    let made: PointRenderer | null = null;
    let gone = false;
    void createPointRenderer(current, { prefer: lost === 0 ? 'webgpu' : 'canvas', onLost: () => { if (!gone) setLost((n) => n + 1); } }).then((one) => {
      if (gone) {
        one.dispose();
        return;
      }
      made = one;
      setRenderer(one);
      onBackend(one);
    });
    return () => {
      gone = true;
      made?.dispose();
      setRenderer(null);
    };
  }, [lost, onBackend]);
  useLayoutEffect(() => { renderer?.setScene(scene); }, [renderer, scene]);
  useLayoutEffect(() => { renderer?.draw(camera, viewport, fitScale); }, [renderer, scene, camera, viewport, fitScale]);
  // A canvas keeps its kind of context for life.
  return <canvas key={lost} ref={canvas} data-figure className="map-canvas" style={{ width: viewport.width, height: viewport.height }} aria-hidden="true" />;
}
