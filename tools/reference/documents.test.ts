import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isValid, parseFlow } from '@tutti/flow-model';
import { loadCatalogue } from '@tutti/plugins';
import { describe, expect, it } from 'vitest';

const FOLDERS = ['.', 'docs', 'packages', 'services', 'plugins', 'apps', 'examples', 'benchmarks', 'tests'];
const catalogue = await loadCatalogue('');
const documents = FOLDERS.flatMap((folder) => markdownIn(folder)).map(
  (file) => [file, readFileSync(file, 'utf8')] as const,
);

describe.each(documents)('%s', (file, text) => {
  it('links to what is there', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    const missing = links
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .filter((target) => !existsSync(join(dirname(file), decodeURI(target.split('#')[0]!))));
    expect(missing).toEqual([]);
  });

  it('shows flows that can be saved', () => {
    const flows = [...text.matchAll(/```yaml\n(id: .*?)```/gs)].map(([, source]) => source!);
    const faults = flows
      .map((source) => parseFlow(source, catalogue).findings)
      .filter((findings) => !isValid(findings));
    expect(faults).toEqual([]);
  });
});

it('there are documents to look at', () => expect(documents.length).toBeGreaterThan(20));

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: folder !== '.' })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && !entry.parentPath.includes('node_modules'))
    .map(({ parentPath, name }) => join(parentPath, name));
}

const withoutCode = (text: string): string => text.replaceAll(/```.*?```/gs, '').replaceAll(/`[^`\n]*`/g, '');
