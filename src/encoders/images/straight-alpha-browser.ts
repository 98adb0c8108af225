/** Side of the square tiles; within every WebGL2 texture limit. */
const TILE = 2048;

/**
 * Overwrites `data` `(height, width, 4)` with the straight-alpha pixels of `bitmap`, which was made with
 * `premultiplyAlpha: 'none'`, by way of a WebGL2 texture: nothing on that way premultiplies or converts colours.
 * Returns false when WebGL2 is missing or fails; tiles not reached then keep what `data` held.
 */
export function readStraightPixels(bitmap: ImageBitmap, data: Uint8ClampedArray): boolean {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2', { antialias: false, depth: false });
  if (gl === null) return false;
  try {
    return readTiles(gl, bitmap, data);
  } finally {
    // Contexts are few (16 in Chromium) and collected late: give this one back at once.
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

function readTiles(gl: WebGL2RenderingContext, bitmap: ImageBitmap, data: Uint8ClampedArray): boolean {
  const { width, height } = bitmap;
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, Math.min(TILE, width), Math.min(TILE, height));
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  gl.pixelStorei(gl.PACK_ROW_LENGTH, width);
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const columns = Math.min(TILE, width - left);
      const rows = Math.min(TILE, height - top);
      gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, left);
      gl.pixelStorei(gl.UNPACK_SKIP_ROWS, top);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, columns, rows, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
      gl.readPixels(0, 0, columns, rows, gl.RGBA, gl.UNSIGNED_BYTE, data, (top * width + left) * 4);
      if (gl.getError() !== gl.NO_ERROR) return false;
    }
  }
  return true;
}
