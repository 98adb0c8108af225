import { useState } from 'react';
import { useAtlasActions } from '../atlas/atlas-context.ts';

/** Dropping or pasting a picture on the map lights up the concepts that it activates. */
export function usePictureSearch() {
  const actions = useAtlasActions();
  const [over, setOver] = useState(false);
  const take = (files: FileList | null): boolean => {
    const file = files?.[0];
    if (file === undefined) return false;
    void actions.searchByImage({ name: file.name, blob: file });
    return true;
  };
  return {
    over,
    handlers: {
      onDragOver: (event: React.DragEvent): void => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: (event: React.DragEvent): void => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (event: React.DragEvent): void => {
        setOver(false);
        if (take(event.dataTransfer.files)) event.preventDefault();
      },
      onPaste: (event: React.ClipboardEvent): void => {
        if (take(event.clipboardData.files)) event.preventDefault();
      },
    },
  };
}
