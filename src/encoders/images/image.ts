/** A decoded picture: what every decoder of ours returns and what preprocessing starts from. */
export interface RgbaImage {
  /** Pixels per row, after EXIF orientation. */
  readonly width: number;
  /** Rows, after EXIF orientation. */
  readonly height: number;
  /**
   * `(height, width, 4)` row-major RGBA, 8 bits a value: straight (not premultiplied) alpha, so that colours under
   * transparent pixels survive; values as stored in the file, no colour-space conversion.
   */
  readonly data: Uint8ClampedArray;
}
