/**
 * Unpacks one LZ4 block (LZ4_RAW) to exactly `out.length` bytes.
 * @throws Error when it holds more or fewer, or points before its beginning.
 */
export function unpackLz4(packed: Uint8Array, out: Uint8Array): void {
  let at = 0;
  let filled = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    for (let more = nibble === 15; more; ) {
      const byte = packed[at++];
      if (byte === undefined) throw new Error('cut');
      total += byte;
      more = byte === 255;
    }
    return total;
  };
  while (at < packed.length) {
    const token = packed[at++] ?? 0;
    const literals = length(token >> 4);
    if (at + literals > packed.length || filled + literals > out.length) throw new Error('too long');
    out.set(packed.subarray(at, at + literals), filled);
    at += literals;
    filled += literals;
    if (at === packed.length) break;
    const offset = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
    at += 2;
    const copied = length(token & 15) + 4;
    if (offset === 0 || offset > filled || filled + copied > out.length) throw new Error('points outside');
    // Byte by byte: a match may overlap what it writes.
    for (let i = 0; i < copied; i++, filled++) out[filled] = out[filled - offset] ?? 0;
  }
  if (filled !== out.length) throw new Error('too short');
}
