import { format } from 'prettier';
import { expect, it } from 'vitest';
import { renderReference } from './reference.ts';
import { createSchema } from './schema.ts';

it('is the reference that was committed (update it with `npx vitest run services/gateway -u`)', async () => {
  const reference = await format(renderReference(createSchema()), { parser: 'markdown', printWidth: 120 });
  await expect(reference).toMatchFileSnapshot('../../../../docs/reference/graphql.md');
});
