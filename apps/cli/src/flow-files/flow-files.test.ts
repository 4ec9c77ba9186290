import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '@tutti/plugins';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFlowFiles } from './check-flow-files.ts';
import { migrateFlowFiles } from './migrate-flow-files.ts';

const OLD = `id: old
namespace: company.team
tasks:
  - id: hello # said once
    type: io.kestra.core.tasks.log.Log
    message: hello
`;
const BROKEN = `id: broken
namespace: company.team
tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Logg
    message: "{{ inputs.nobody }}"
`;

const catalogue = await loadCatalogue();
let folder: string;
let printed: string[];
let emitted: string;
const print = (line: string): void => void printed.push(line);
const emit = (source: string): void => void (emitted += source);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-flow-files-'));
  printed = [];
  emitted = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

describe('tutti validate', () => {
  it('prints every fault at its place in the file, also behind a document marker', async () => {
    const path = file('two.yaml', `${OLD}---\n${BROKEN}`);
    expect(await checkFlowFiles([path], { catalogue, print })).toBe(1);
    expect(printed).toContainEqual(expect.stringMatching(/two\.yaml:12:11: error TYPE_UNKNOWN: .*Logg/s));
    expect(printed.at(-1)).toBe('2 flows: 2 errors, 0 warnings');
  });

  it('lets pass what only deserves a remark', async () => {
    expect(await checkFlowFiles([file('old.yaml', OLD)], { catalogue, print })).toBe(0);
    expect(printed.at(-1)).toMatch(/^1 flow: 0 errors/);
  });

  it('refuses a file without flows, and says which file is not there', async () => {
    expect(await checkFlowFiles([file('empty.yaml', '# nothing\n')], { catalogue, print })).toBe(1);
    const missing = join(folder, 'missing.yaml');
    await expect(checkFlowFiles([missing], { catalogue, print })).rejects.toMatchObject({
      code: 'FLOW_FILE_UNREADABLE',
      message: expect.stringContaining(missing) as string,
    });
  });
});

describe('tutti migrate', () => {
  it('prints the rewritten flow and leaves the file alone', async () => {
    const path = file('old.yaml', OLD);
    expect(await migrateFlowFiles([path], { to: '1.x', write: false }, { catalogue, print, emit })).toBe(0);
    expect(emitted).toBe(OLD.replace('io.kestra.core.tasks.log.Log', 'io.kestra.plugin.core.log.Log'));
    expect(printed).toEqual([expect.stringMatching(/old\.yaml:5:5: changed: /)]);
    expect(readFileSync(path, 'utf8')).toBe(OLD);
  });

  it('writes every flow of a file in place', async () => {
    const path = file('two.yaml', `${OLD}---\n${OLD.replace('id: old', 'id: other')}`);
    expect(await migrateFlowFiles([path], { to: '1.x', write: true }, { catalogue, print, emit })).toBe(0);
    const written = readFileSync(path, 'utf8');
    expect(written.match(/io\.kestra\.plugin\.core\.log\.Log/g)).toHaveLength(2);
    expect(written).toContain('\n---\nid: other\n');
    expect(emitted).toBe('');
  });

  it('says at its line what is left to do by hand', async () => {
    const each = `${OLD}  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [a]
    tasks:
      - {id: leaf, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.value }}"}
  - {id: after, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.leaf | length }}"}
`;
    const path = file('each.yaml', each);
    expect(await migrateFlowFiles([path], { to: '2.0', write: false }, { catalogue, print, emit })).toBe(1);
    expect(printed).toContainEqual(expect.stringMatching(/each\.yaml:12:71: left: .*outputs\.leaf/));
  });

  it('leaves a file alone in which a flow cannot be read', async () => {
    const path = file('bad.yaml', `${OLD}---\nid: [\n`);
    expect(await migrateFlowFiles([path], { to: '1.x', write: true }, { catalogue, print, emit })).toBe(1);
    expect(printed).toEqual([expect.stringMatching(/bad\.yaml:8: error: /)]);
    expect(readFileSync(path, 'utf8')).toBe(`${OLD}---\nid: [\n`);
  });
});
