/**
 * An ONNX model of one product, `p = x·wᵀ` with x `(n, k)`, w `(m, k)`, p `(n, m)` in float32 (`Gemm` with `transB`), written out in the
 * protocol buffer's wire format: field numbers from onnx.proto.
 */
export function productModel(): Uint8Array {
  const tensor = (name: string, rows: string, cols: string): number[] => [
    ...text(1, name),
    ...message(2, message(1, [...varint(1, FLOAT), ...message(2, [...message(1, text(2, rows)), ...message(1, text(2, cols))])])),
  ];
  const transB = [...text(1, 'transB'), ...varint(3, 1), ...varint(20, INT)];
  const node = [...text(1, 'x'), ...text(1, 'w'), ...text(2, 'p'), ...text(4, 'Gemm'), ...message(5, transB)];
  const graph = [
    ...message(1, node),
    ...text(2, 'product'),
    ...message(11, tensor('x', 'n', 'k')),
    ...message(11, tensor('w', 'm', 'k')),
    ...message(12, tensor('p', 'n', 'm')),
  ];
  return Uint8Array.from([...varint(1, IR_VERSION), ...message(7, graph), ...message(8, varint(2, OPSET))]);
}

const IR_VERSION = 8;
const OPSET = 13;
/** TensorProto.DataType.FLOAT, AttributeProto.AttributeType.INT. */
const FLOAT = 1;
const INT = 2;

/** All numbers and lengths here are below 2¹⁴. */
function number(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, value >> 7];
}

function varint(field: number, value: number): number[] {
  return [...number(field << 3), ...number(value)];
}

function message(field: number, bytes: readonly number[]): number[] {
  return [...number((field << 3) | 2), ...number(bytes.length), ...bytes];
}

function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)]);
}
