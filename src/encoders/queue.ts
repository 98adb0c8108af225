/** Runs one task at a time, in the order of the calls. A task that fails rejects its own promise and delays nobody. */
export type Queue = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * ONNX Runtime Web must never have two calls in flight: its asyncify build corrupts memory or hangs (docs/webgpu.md, "Traps").
 * All sessions of one realm share one queue.
 */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
