import { svgFile } from './figure-svg.ts';
import { withPngText } from './png-text.ts';
import { stampJson, TOOL, type Stamp } from './stamp.ts';

/** Pixels of the file for one of the page. */
const SCALE = 2;
/** Browsers draw no larger canvas reliably. */
const MAX_SIDE = 8192;

/** A self-contained SVG document as PNG at twice its size, with the stamp's JSON as its text chunk. Rejects when the browser cannot draw it. */
export async function figurePng(file: SVGSVGElement, stamp: Stamp): Promise<Blob> {
  const width = Number(file.getAttribute('width'));
  const height = Number(file.getAttribute('height'));
  const scale = Math.min(SCALE, MAX_SIDE / width, MAX_SIDE / height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const url = URL.createObjectURL(new Blob([svgFile(file)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    canvas.getContext('2d')?.drawImage(image, 0, 0, width * scale, height * scale);
  } finally {
    URL.revokeObjectURL(url);
  }
  const drawn = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, 'image/png'); });
  if (drawn === null) throw new Error('the browser could not make the picture');
  return new Blob([withPngText(new Uint8Array(await drawn.arrayBuffer()), TOOL, stampJson(stamp))], { type: 'image/png' });
}
