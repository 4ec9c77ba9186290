import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTableName } from './table-name.ts';

const project = fc.stringMatching(/^([a-z.]{1,9}:)?[a-z][a-z0-9-]{0,20}$/);
const word = fc.stringMatching(/^\w{1,20}$/);

it('finds the parts of a name, however it is written', () =>
  fc.assert(
    fc.property(project, word, word, (projectId, datasetId, tableId) => {
      const parts = { projectId, datasetId, tableId };
      for (const name of [
        `${projectId}.${datasetId}.${tableId}`,
        `\`${projectId}.${datasetId}.${tableId}\``,
        ` ${projectId}:${datasetId}.${tableId}`,
      ])
        // prettier-ignore
        expect(parseTableName(name, 'other')).toEqual(parts);
      expect(parseTableName(`${datasetId}.${tableId}`, projectId)).toEqual(parts);
    }),
  ));

it('keeps the partition with the table', () =>
  expect(parseTableName('d.t$20240101', 'p')).toEqual({ projectId: 'p', datasetId: 'd', tableId: 't$20240101' }));

it.each(['', 't', '.t', 'd.', 'p.d.', 'a b.t'])('refuses "%s"', (name) =>
  expect(() => parseTableName(name, 'p')).toThrow('is no name of a table'),
);
