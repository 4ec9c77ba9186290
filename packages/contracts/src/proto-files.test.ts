import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const GENERATED = join('packages', 'contracts', 'src', 'gen', 'tutti', 'v1');
const scratch = mkdtempSync(join(tmpdir(), 'tutti-proto-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the proto files', () => {
  it('pass buf lint', () => expect(buf(['lint'])).toBe(''));

  it('break nothing that was released', () => expect(breaking('proto')).toBe(''));

  it('would be caught breaking it: a field that is gone', () => {
    const folder = copyOfProto('gone');
    rewrite(join(folder, 'tutti/v1/execution.proto'), '  // The flow.\n  string flow_id = 3;\n', '');
    expect(breaking(folder)).toContain('flow_id');
  });

  it('would be caught breaking it: a field with another name in JSON', () => {
    const folder = copyOfProto('renamed');
    rewrite(join(folder, 'tutti/v1/log.proto'), 'optional bool gap = 3', 'optional bool hole = 3');
    expect(breaking(folder)).toContain('gap');
  });

  it('are what src/gen was generated from', () => {
    expect(buf(['generate', '-o', scratch])).toBe('');
    const made = filesOf(join(scratch, GENERATED));
    expect(Object.keys(made).length).toBeGreaterThan(5);
    expect(filesOf(join(ROOT, GENERATED))).toEqual(made);
  });
});

const breaking = (proto: string): string =>
  buf(['breaking', proto, '--against', 'proto/released.binpb', '--exclude-imports']);

/** What buf has to say; nothing when all is well. */
function buf(args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(join(ROOT, 'node_modules/.bin/buf'), args, {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (error) throw error;
  return stdout + stderr;
}

function copyOfProto(name: string): string {
  const folder = join(scratch, name);
  cpSync(join(ROOT, 'proto', 'tutti'), join(folder, 'tutti'), { recursive: true });
  cpSync(join(ROOT, 'buf.yaml'), join(folder, 'buf.yaml'));
  rewrite(join(folder, 'buf.yaml'), 'path: proto', 'path: .');
  return folder;
}

function rewrite(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
