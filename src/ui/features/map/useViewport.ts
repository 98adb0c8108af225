import { useEffect, useRef, useState } from 'react';
import type { Viewport } from '../../points/scene.ts';

/** Size of an element in CSS pixels and the device pixels of one, followed as they change; null before it is on the page. */
export function useViewport(): { readonly ref: React.RefObject<HTMLDivElement | null>; readonly viewport: Viewport | null } {
  const ref = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState<Viewport | null>(null);
  useEffect(() => {
    const { current } = ref;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = current;
      if (width > 0 && height > 0) setViewport({ width, height, ratio: devicePixelRatio });
    });
    observer.observe(current);
    return () => { observer.disconnect(); };
  }, []);
  return { ref, viewport };
}
