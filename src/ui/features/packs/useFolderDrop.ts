import { useEffect, useState } from 'react';
import type { PathBlob } from '../../../engine/own/protocol.ts';

/** Takes files dropped anywhere on the page, folders walked, each with its path; true while some hover over it. */
export function useFolderDrop(take: (files: readonly PathBlob[]) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onDrop = (event: DragEvent): void => {
      // Always: the browser would leave the page for the file.
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer?.types.includes('Files') === true) void walked(event.dataTransfer).then(take);
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

/** All files of a drop with their paths. Must be called in the event itself: entries expire with it. */
async function walked(transfer: DataTransfer): Promise<PathBlob[]> {
  const files = [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const all: PathBlob[] = [];
  for (const [i, entry] of entries.entries()) {
    const file = files[i];
    if (entry !== null) all.push(...(await below(entry)));
    else if (file !== undefined) all.push({ path: file.name, blob: file });
  }
  return all.length > 0 ? all : files.map((file) => ({ path: file.name, blob: file }));
}

async function below(entry: FileSystemEntry): Promise<PathBlob[]> {
  if (entry.isFile) {
    const blob = await new Promise<File>((resolve, reject) => { (entry as FileSystemFileEntry).file(resolve, reject); });
    return [{ path: entry.fullPath, blob }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: PathBlob[] = [];
  // A reader gives a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await below(one)));
  }
}
