import type { TensorData } from './tensor.ts';

/**
 * Copies a strided view (`offset` and `stride` in elements) to a new row-major array of `shape`.
 * The caller has checked that the view stays inside `data`.
 */
export function gatherStrided(data: TensorData, offset: number, shape: readonly number[], stride: readonly number[]): TensorData {
  const count = shape.reduce((a, b) => a * b, 1);
  // Every typed array is built from a length; the union of their constructors is what TypeScript cannot express.
  const out = new (data.constructor as new (length: number) => TensorData)(count);
  const position = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    out[to] = data[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      from += stride[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        position[axis] = next;
        break;
      }
      position[axis] = 0;
      from -= next * (stride[axis] ?? 0);
    }
  }
  return out;
}

/** Strides of a dense array whose first axis varies fastest (Fortran order). */
export function fortranStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
}

/** Whether the view is dense and row-major, so that a plain slice copies it. */
export function isRowMajor(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= shape[axis] ?? 1;
  }
  return true;
}
