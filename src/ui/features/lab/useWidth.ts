import { useEffect, useRef, useState } from 'react';

/** Width of an element in pixels, followed as it changes; `initial` before it is on the page. */
export function useWidth(initial: number): { ref: React.RefObject<HTMLDivElement | null>; width: number } {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const { current } = ref;
    if (current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(current);
    return () => { observer.disconnect(); };
  }, []);
  return { ref, width };
}
