import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createCatalogue } from '@tutti/plugin-sdk';
import { pluginFaults } from '@tutti/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { loadPlugins } from './load-plugins.ts';

const plugins = await loadPlugins('');
const catalogue = createCatalogue(plugins);

describe.each(plugins)('the plugin $name', (plugin) => {
  it('says what people need to know of each of its types', () => expect(pluginFaults(plugin, catalogue)).toEqual([]));

  it('exports every type that it declares', async () => {
    const listed = new Set<unknown>([...plugin.tasks, ...plugin.triggers].map(({ type }) => type));
    const declared = await typesDeclaredIn(join(import.meta.dirname, '../..', plugin.name, 'src'));
    expect(declared.filter((type) => !listed.has(type))).toEqual([]);
  });
});

async function typesDeclaredIn(folder: string): Promise<string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const modules = await Promise.all(
    files.map((name) => import(join(folder, name)) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((module) => Object.values(module)).flatMap(typeOf);
}

const typeOf = (exported: unknown): string[] =>
  typeof exported === 'object' && exported !== null && 'type' in exported && 'properties' in exported
    ? [String(exported.type)]
    : [];
