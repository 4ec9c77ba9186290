import { createReadStream, createWriteStream, readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { mkdir, opendir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { JsonMap } from '@tutti/flow-model';
import type { RunContext } from './context.ts';
import { TaskError } from './errors.ts';
import { matchesAnyGlob } from './globs.ts';
import { pathWithin } from './path-within.ts';
import { property, s } from './schema.ts';

const namespaceFiles = s.object({
  enabled: s.boolean().default(true),
  include: s.oneOrMany(s.string()).default([]),
  exclude: s.oneOrMany(s.string()).default([]),
  namespaces: s.oneOrMany(s.string()).optional(),
  ifExists: s.enum(['OVERWRITE', 'FAIL', 'WARN', 'IGNORE']).default('OVERWRITE'),
  folderPerNamespace: s.boolean().default(false),
});

/** Properties of tasks that work in a folder. */
export const workingFileProperties = {
  inputFiles: s
    .record(s.json())
    .optional()
    .describe('Files to put into the working folder: content or URI by path; or the JSON text of such a map.'),
  outputFiles: property(
    s.oneOrMany(s.string()).optional().describe('Globs of the files to keep, relative to the working folder.'),
    {},
  ),
  namespaceFiles: namespaceFiles.optional().describe('Which files of the namespace to put into the working folder.'),
} as const;

/** Which files go into a working folder before the work begins. */
export interface InputFiles {
  readonly inputFiles?: Readonly<Record<string, unknown>> | undefined;
  readonly namespaceFiles?: ReturnType<typeof namespaceFiles.parse> | undefined;
}

/**
 * Puts the files of the namespace, then the input files, into a folder.
 * @throws {TaskError} FILE_PATH_OUTSIDE, FILE_NOT_FOUND, FILE_EXISTS.
 */
export async function writeInputFiles(context: RunContext, directory: string, files: InputFiles): Promise<void> {
  if (files.namespaceFiles?.enabled === true) await writeNamespaceFiles(context, directory, files.namespaceFiles);
  for (const [path, content] of Object.entries(files.inputFiles ?? {})) {
    const target = await targetOf(directory, path);
    if (content !== null) await writeContent(context, target, content);
  }
}

/** Parses what `writeInputFiles` takes from rendered properties, for a task without a schema of its own. */
export const parseInputFiles = (properties: JsonMap): InputFiles => ({
  inputFiles: workingFileProperties.inputFiles.parse(properties['inputFiles']),
  namespaceFiles: workingFileProperties.namespaceFiles.parse(properties['namespaceFiles']),
});

/** Stores the files below a folder that match one of the globs; URIs by path. */
export async function collectFiles(
  { storage }: Pick<RunContext, 'storage'>,
  directory: string,
  globs: readonly string[],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  // Looked at directly, because this is on the way of every script, and nearly always empty.
  if (globs.length === 0 || readdirSync(directory).length === 0) return found;
  for (const path of (await filesBelow(directory)).sort()) {
    const name = relative(directory, path).split(sep).join('/');
    if (matchesAnyGlob(name, globs)) found[name] = (await storage.put(name, createReadStream(path))).uri;
  }
  return found;
}

const STORAGE_URI = /kestra:\/\/\/[^\s'"`;|&<>()\\,\]}]+/g;

/** A text in which every address of internal storage is replaced by the path of a local copy below the folder. */
export async function withLocalCopies(context: RunContext, directory: string, text: string): Promise<string> {
  if (!text.includes('kestra:///')) return text;
  const paths = new Map<string, string>();
  for (const uri of new Set(text.match(STORAGE_URI))) paths.set(uri, await copyOf(context, directory, uri, paths.size));
  return text.replaceAll(STORAGE_URI, (uri) => paths.get(uri) ?? uri);
}

async function copyOf(context: RunContext, directory: string, uri: string, n: number): Promise<string> {
  const target = join(directory, `.tutti-files/${n}-${decodeURIComponent(basename(uri))}`);
  await mkdir(dirname(target), { recursive: true });
  await pipeline(await context.storage.get(uri), createWriteStream(target));
  return target;
}

async function writeNamespaceFiles(
  context: RunContext,
  directory: string,
  options: NonNullable<InputFiles['namespaceFiles']>,
): Promise<void> {
  for (const namespace of options.namespaces ?? [context.execution.namespace])
    for (const path of await context.namespaceFiles.list({ namespace, ...options })) {
      const target = await targetOf(directory, options.folderPerNamespace ? `${namespace}${path}` : path);
      await pipeline(await context.namespaceFiles.read(path, { namespace }), createWriteStream(target));
    }
}

async function writeContent(context: RunContext, target: string, content: unknown): Promise<void> {
  if (typeof content !== 'string') return writeFile(target, JSON.stringify(content));
  const source = await sourceOf(context, content.trim());
  return source ? pipeline(source, createWriteStream(target)) : writeFile(target, content);
}

/** The stream behind an address; nothing when the text is content. */
async function sourceOf({ storage, namespaceFiles: files }: RunContext, text: string): Promise<Readable | undefined> {
  if (/^kestra:\/\/\/\S+$/.test(text)) return storage.get(text);
  if (/^nsfile:\/\/\/\S+$/.test(text)) return files.read(text.slice('nsfile://'.length));
  return undefined;
}

async function targetOf(directory: string, path: string): Promise<string> {
  const target = pathWithin(directory, path);
  if (target === directory) throw new TaskError('FILE_PATH_OUTSIDE', `"${path}" names no file.`, { retryable: false });
  await mkdir(dirname(target), { recursive: true });
  return target;
}

/** Regular files, at any depth; links to folders are not followed. */
async function filesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of await opendir(directory, { recursive: true }))
    if (entry.isFile() && !isOurs(entry)) found.push(join(entry.parentPath, entry.name));
  return found;
}

/** What scripts are run with, and not made by them. */
const isOurs = ({ name, parentPath }: Dirent): boolean =>
  name.startsWith('.tutti-') || parentPath.includes(`${sep}.tutti-files`);
