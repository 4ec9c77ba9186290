import { expect, it } from 'vitest';
import { UntilDone } from './until-done.ts';

it('repeats a failed round until it is done', async () => {
  const failures: string[] = [];
  let left = 2;
  await new Promise<void>((resolve) => {
    const work = new UntilDone(
      async () => {
        if (left-- > 0) throw new Error(`${left} left`);
        resolve();
      },
      (error) => failures.push((error as Error).message),
    );
    work.wake();
  });
  expect(failures).toEqual(['1 left', '0 left']);
});

it('goes another round for what was asked during one, and one only', async () => {
  let rounds = 0;
  const work: UntilDone = new UntilDone(
    async () => {
      if (++rounds > 1) return;
      await Promise.resolve();
      work.wake();
      work.wake();
    },
    () => undefined,
  );
  work.wake();
  while (rounds < 2) await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(rounds).toBe(2);
});

it('ends what it is doing when stopped, and repeats nothing', async () => {
  let rounds = 0;
  const work = new UntilDone(
    async () => {
      rounds++;
      throw new Error('again');
    },
    () => undefined,
  );
  work.wake();
  await work.stop();
  expect(rounds).toBe(1);
});
