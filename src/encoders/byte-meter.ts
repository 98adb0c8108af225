/** Adds up what is being downloaded; the total grows as answers arrive. */
export class ByteMeter {
  readonly #onProgress: (done: number, total: number) => void;
  #done = 0;
  #total = 0;

  constructor(onProgress: (done: number, total: number) => void) {
    this.#onProgress = onProgress;
  }

  /** The same response, with its body counted as it is read. */
  count(response: Response): Response {
    const { body, headers, status, statusText } = response;
    if (body === null || !response.ok) return response;
    // A compressed answer states its compressed length, and its bytes are counted unpacked: then they are the total.
    const stated = headers.get('content-encoding') === null ? Number(headers.get('content-length') ?? 0) : 0;
    this.#total += stated;
    let read = 0;
    const counted = body.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          read += chunk.byteLength;
          this.#done += chunk.byteLength;
          if (read > stated) this.#total += Math.min(chunk.byteLength, read - stated);
          this.#onProgress(this.#done, this.#total);
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(counted, { headers, status, statusText });
  }
}
