/** Cube roots of the first 64 primes, 32 bits of their fractions (FIPS 180-4, 4.2.2). */
const ROUND = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
/** Square roots of the first 8 primes, 32 bits of their fractions (FIPS 180-4, 5.3.3). */
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19] as const;
const BLOCK = 64;

/** SHA-256 (FIPS 180-4) of bytes that come piece by piece, for files that `crypto.subtle`, which takes them whole, would hold in memory. */
export class Sha256 {
  /** Signed, as JavaScript's bit operations are: sums stay whole numbers of 32 bits. */
  readonly #sum = Int32Array.from(START);
  readonly #words = new Int32Array(64);
  /** The bytes of a block that is not full yet. */
  readonly #rest = new Uint8Array(BLOCK);
  #length = 0;

  /** Bytes taken so far. */
  get byteLength(): number {
    return this.#length;
  }

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    const filled = this.#length % BLOCK;
    this.#length += bytes.length;
    let at = 0;
    if (filled > 0) {
      at = Math.min(BLOCK - filled, bytes.length);
      this.#rest.set(bytes.subarray(0, at), filled);
      if (filled + at < BLOCK) return;
      this.#blocks(this.#rest, 0, BLOCK);
    }
    const whole = at + Math.floor((bytes.length - at) / BLOCK) * BLOCK;
    this.#blocks(bytes, at, whole);
    this.#rest.set(bytes.subarray(whole));
  }

  /** The hash as 64 lower-case hex digits; nothing more may be taken afterwards. */
  digest(): string {
    const length = this.#length;
    const filled = length % BLOCK;
    // A one bit, zeros, and the length in bits as the last eight bytes of a block.
    const tail = new Uint8Array(filled < BLOCK - 8 ? BLOCK - filled : 2 * BLOCK - filled);
    tail[0] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(tail.length - 4, (length % 2 ** 29) * 8);
    this.update(tail);
    return Array.from(this.#sum, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** Takes the blocks of `bytes` from `start` to `end`, which are a whole number. */
  #blocks(bytes: Uint8Array, start: number, end: number): void {
    const sum = this.#sum;
    const w = this.#words;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = start; at < end; at += BLOCK) {
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const a = w[i - 15] as number;
        const b = w[i - 2] as number;
        const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
        const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
        w[i] = ((((w[i - 16] as number) + s0) | 0) + (((w[i - 7] as number) + s1) | 0)) | 0;
      }
      let a = sum[0] as number;
      let b = sum[1] as number;
      let c = sum[2] as number;
      let d = sum[3] as number;
      let e = sum[4] as number;
      let f = sum[5] as number;
      let g = sum[6] as number;
      let h = sum[7] as number;
      for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = ((((h + s1) | 0) + ((g ^ (e & (f ^ g))) | 0)) | 0) + (((ROUND[i] as number) + (w[i] as number)) | 0) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + t1) | 0;
        d = c;
        c = b;
        b = a;
        a = (t1 + t2) | 0;
      }
      // The array wraps around by itself.
      sum[0] = (sum[0] as number) + a;
      sum[1] = (sum[1] as number) + b;
      sum[2] = (sum[2] as number) + c;
      sum[3] = (sum[3] as number) + d;
      sum[4] = (sum[4] as number) + e;
      sum[5] = (sum[5] as number) + f;
      sum[6] = (sum[6] as number) + g;
      sum[7] = (sum[7] as number) + h;
    }
  }
}
