import { useEffect, useState } from 'react';
import type { NamedBlob } from '../../../../engine/lab/protocol.ts';
import { fromDrop } from '../../probe/dropped.ts';

/** Takes files dropped anywhere on the page, folders walked; true while some hover over it. */
export function useDrops(take: (files: readonly NamedBlob[]) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onDrop = (event: DragEvent): void => {
      // Always: the browser would leave the page for the file.
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer?.types.includes('Files') === true) void fromDrop(event.dataTransfer).then(({ images }) => { take(images); });
    };
    const onDragOver = (event: DragEvent): void => {
      event.preventDefault();
      setOver(event.dataTransfer?.types.includes('Files') === true);
    };
    const onDragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    document.addEventListener('drop', onDrop);
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('dragleave', onDragLeave);
    return () => {
      document.removeEventListener('drop', onDrop);
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('dragleave', onDragLeave);
    };
  }, [take]);
  return over;
}
