import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { getPacked, setPacked } from './packed-values.ts';
import { keyValuesInMemory } from './testing/test-context.ts';

const at = { namespace: 'company.team', key: 'manifest.json' };
const large = (): string => randomBytes(250_000).toString('base64');
const keysOf = async (keyValues: ReturnType<typeof keyValuesInMemory>) => (await keyValues.list(at)).map(({ key }) => key); // prettier-ignore

describe('a packed value', () => {
  it('is kept as it is while it is small', async () => {
    const keyValues = keyValuesInMemory();
    await setPacked(keyValues, at, { nodes: 3 });
    expect((await keyValues.get(at.key, at))?.value).toEqual({ nodes: 3 });
    expect(await getPacked(keyValues, at)).toEqual({ nodes: 3 });
  });

  it('comes back whole when it was too large for a pair, and no pair was', async () => {
    const keyValues = keyValuesInMemory();
    const value = { text: large(), list: [1, 'ü', null] };
    await setPacked(keyValues, at, value);
    expect(await getPacked(keyValues, at)).toEqual(value);
    const sizes = (await keyValues.list(at)).map((entry) => JSON.stringify(entry.value).length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(200_000);
  });

  it('leaves nothing behind of the value before it', async () => {
    const keyValues = keyValuesInMemory();
    await setPacked(keyValues, at, large());
    await setPacked(keyValues, at, large());
    await setPacked(keyValues, at, 'small');
    expect(await keysOf(keyValues)).toEqual([at.key]);
  });

  it('is there as before when it is written again', async () => {
    const keyValues = keyValuesInMemory();
    const value = large();
    await setPacked(keyValues, at, value);
    await setPacked(keyValues, at, value);
    expect(await getPacked(keyValues, at)).toBe(value);
  });

  it('says so when a part is gone', async () => {
    const keyValues = keyValuesInMemory();
    await setPacked(keyValues, at, large());
    await keyValues.delete((await keysOf(keyValues)).find((key) => key !== at.key) ?? '', at);
    await expect(getPacked(keyValues, at)).rejects.toMatchObject({ code: 'KV_PARTS_MISSING' });
  });

  it('is nothing where there is none', async () => expect(await getPacked(keyValuesInMemory(), at)).toBeUndefined());
});
