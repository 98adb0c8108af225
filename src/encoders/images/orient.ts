import type { RgbaImage } from './image.ts';

/** The upright form of a stored picture with EXIF `orientation` 1 … 8 (EXIF 2.3, 4.6.4 A); the picture itself for 1. */
export function orientImage(image: RgbaImage, orientation: number): RgbaImage {
  if (orientation === 1) return image;
  const transposed = orientation >= 5;
  const mirroredX = [2, 3, 7, 8].includes(orientation);
  const mirroredY = [3, 4, 6, 7].includes(orientation);
  const width = transposed ? image.height : image.width;
  const height = transposed ? image.width : image.height;
  // One 32-bit word a pixel; the byte order inside does not matter.
  const stored = new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
  const words = new Uint32Array(stored.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = transposed ? y : x;
      const row = transposed ? x : y;
      const fromX = mirroredX ? image.width - 1 - column : column;
      const fromY = mirroredY ? image.height - 1 - row : row;
      words[y * width + x] = stored[fromY * image.width + fromX] ?? 0;
    }
  }
  return { width, height, data: new Uint8ClampedArray(words.buffer) };
}
