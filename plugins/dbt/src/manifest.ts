import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getPacked, setPacked } from '@tutti/plugin-sdk';
import type { Json, RunContext } from '@tutti/plugin-sdk';

const STATE_FOLDER = '.tutti-dbt-state';

/** Where a manifest is kept. */
export interface ManifestPlace {
  readonly key: string;
  readonly namespace?: string | undefined;
}

/**
 * Puts a manifest that an earlier run has kept into `target`, where flows expect it, and beside it: there dbt can compare
 * with it, while what lies in `target` it overwrites before it looks.
 * @returns the folder for `DBT_STATE`; nothing when there is no manifest yet
 */
export async function loadManifest(
  context: RunContext,
  place: ManifestPlace,
  target: string,
): Promise<string | undefined> {
  const manifest = await getPacked(context.keyValues, placeOf(context, place));
  if (manifest === undefined || manifest === '') {
    context.log.warn(`There is no manifest at the key "${place.key}" yet: dbt goes without it.`);
    return undefined;
  }
  const state = join(dirname(target), STATE_FOLDER);
  for (const folder of [target, state]) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'manifest.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  }
  return state;
}

/** Keeps a manifest for a later run. */
export async function storeManifest(context: RunContext, place: ManifestPlace, file: string): Promise<void> {
  await setPacked(context.keyValues, placeOf(context, place), JSON.parse(await readFile(file, 'utf8')) as Json);
}

const placeOf = ({ execution }: RunContext, { key, namespace = execution.namespace }: ManifestPlace) => ({
  key,
  namespace,
});
