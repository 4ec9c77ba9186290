import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { PARTITION_COUNT } from '@tutti/contracts';
import { shareOf } from './ownership.ts';

const anyMembers = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 });

it('gives every partition to exactly one of the members', () =>
  fc.assert(
    fc.property(anyMembers, (members) => {
      const all = members.flatMap((member) => shareOf(member, members));
      expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: PARTITION_COUNT }, (_, index) => index));
    }),
  ));

it('moves only the partitions of a member that leaves', () =>
  fc.assert(
    fc.property(anyMembers, (members) => {
      const [gone, ...rest] = members;
      for (const member of rest)
        expect(shareOf(member, rest)).toEqual(expect.arrayContaining(shareOf(member, members)));
      expect(rest.flatMap((member) => shareOf(member, rest)).length).toBe(rest.length > 0 ? PARTITION_COUNT : 0);
      expect(gone).toBeDefined();
    }),
  ));
