/** A file with the name it is shown under. */
export interface DroppedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** Pictures found in a drop or a folder, and how many other files were left out. */
export interface Dropped {
  readonly images: DroppedFile[];
  readonly skipped: number;
}

const PICTURE = /\.(png|jpe?g|gif|webp|bmp|avif)$/iu;

/**
 * Chosen files as probes. A file given by itself is always tried (its content decides, so that a wrong name gets a clear
 * error); inside a folder only files that look like pictures are, and the rest is counted.
 */
export function fromFiles(files: Iterable<File>): Dropped {
  const images: DroppedFile[] = [];
  let skipped = 0;
  for (const file of files) {
    const inFolder = file.webkitRelativePath !== '';
    if (inFolder && !looksLikePicture(file)) skipped++;
    else images.push({ name: file.name, blob: file });
  }
  return { images, skipped };
}

/** Everything in a drop, folders walked to the bottom. Must be called in the event itself: entries expire with it. */
export async function fromDrop(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const files = [...transfer.files];
  const images: DroppedFile[] = [];
  let skipped = 0;
  for (const [i, entry] of entries.entries()) {
    if (entry?.isDirectory === true) {
      for (const file of await walk(entry as FileSystemDirectoryEntry)) {
        if (looksLikePicture(file)) images.push({ name: file.name, blob: file });
        else skipped++;
      }
    } else {
      const file = entry?.isFile === true ? await fileOf(entry as FileSystemFileEntry) : files[i];
      if (file !== undefined) images.push({ name: file.name, blob: file });
    }
  }
  return { images, skipped };
}

function looksLikePicture(file: File): boolean {
  return file.type.startsWith('image/') || PICTURE.test(file.name);
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => { entry.file(resolve, reject); });
}

async function walk(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader();
  const files: File[] = [];
  for (;;) {
    // A reader hands out entries in portions (Chromium: 100) until an empty one.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (portion.length === 0) return files;
    for (const entry of portion) {
      if (entry.isDirectory) files.push(...(await walk(entry as FileSystemDirectoryEntry)));
      else files.push(await fileOf(entry as FileSystemFileEntry));
    }
  }
}
