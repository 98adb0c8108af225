import { describe, expect, it } from 'vitest';
import { createQueue } from './queue.ts';

/** Resolves after `turns` microtask turns, so that tasks of different length could overtake each other. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

describe('queue', () => {
  it('runs tasks one at a time, in order', async () => {
    const queue = createQueue();
    const log: string[] = [];
    const task = (name: string, length: number) => async (): Promise<string> => {
      log.push(`${name} starts`);
      await turns(length);
      log.push(`${name} ends`);
      return name;
    };
    expect(await Promise.all([queue(task('a', 30)), queue(task('b', 0)), queue(task('c', 10))])).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('goes on after a failure, which only its own caller sees', async () => {
    const queue = createQueue();
    const failing = queue(() => Promise.reject(new Error('broken')));
    const following = queue(() => Promise.resolve('fine'));
    await expect(failing).rejects.toThrow('broken');
    await expect(following).resolves.toBe('fine');
  });

  it('takes a task that throws before it returns a promise as a failure', async () => {
    const queue = createQueue();
    await expect(
      queue(() => {
        throw new Error('at once');
      }),
    ).rejects.toThrow('at once');
    await expect(queue(() => Promise.resolve(1))).resolves.toBe(1);
  });
});
