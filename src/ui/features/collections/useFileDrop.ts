import { useState } from 'react';

const hasFiles = (event: React.DragEvent): boolean => event.dataTransfer.types.includes('Files');

/** Takes files dropped on an element, and keeps them from the view around it; `over` while some hover there. */
export function useFileDrop(take: (files: readonly File[]) => void) {
  const [over, setOver] = useState(false);
  return {
    over,
    handlers: {
      onDragOver: (event: React.DragEvent): void => {
        event.stopPropagation();
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: (event: React.DragEvent): void => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (event: React.DragEvent): void => {
        event.stopPropagation();
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        take([...event.dataTransfer.files]);
      },
    },
  };
}
