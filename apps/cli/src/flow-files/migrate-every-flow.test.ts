import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Expressions } from '@tutti/expressions';
import { migrate, parseFlow, type Version } from '@tutti/flow-model';
import { loadCatalogue } from '@tutti/plugins';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../repository-root.ts';

const catalogue = await loadCatalogue();
const templates = new Expressions();
const folder = join(repositoryRoot(), 'tests', 'flows');
const flows = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)
  .filter(([name]) => name !== 'flow-duplicate-key.yaml');

const errorsOf = (source: string): string[] =>
  parseFlow(source, catalogue, { templates })
    .findings.filter(({ severity }) => severity === 'ERROR')
    .map(({ code, message }) => `${code} ${message}`);
const commentsOf = (source: string): string[] => [...source.matchAll(/(?<=^|\s)#[^\n]*/g)].map(([text]) => text.trim());

describe.each<Version>(['1.x', '2.0'])('every flow of tests/flows to %s', (to) => {
  it.each(flows)('%s has the faults and comments it had, and is done the second time', (_name, source) => {
    const { source: migrated } = migrate(source, to, catalogue);
    expect(errorsOf(migrated)).toEqual(errorsOf(source));
    expect(commentsOf(migrated)).toEqual(commentsOf(source));
    expect(migrate(migrated, to, catalogue)).toMatchObject({ source: migrated, changes: [] });
  });
});
