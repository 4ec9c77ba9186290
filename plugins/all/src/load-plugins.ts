import { createCatalogue } from '@tutti/plugin-sdk';
import type { Plugin, TaskCatalogue } from '@tutti/plugin-sdk';

/** The plugins that come with Tutti, one line each; the loader of a plugin runs when the list is asked for. */
const SHIPPED: readonly (() => Promise<Plugin>)[] = [
  async () => (await import('@tutti/plugin-core')).corePlugin,
  async () => (await import('@tutti/plugin-scripts')).scriptsPlugin,
  async () => (await import('@tutti/plugin-postgres')).postgresPlugin,
  async () => (await import('@tutti/plugin-duckdb')).duckdbPlugin,
  async () => (await import('@tutti/plugin-gcp')).gcpPlugin,
  async () => (await import('@tutti/plugin-git')).gitPlugin,
  async () => (await import('@tutti/plugin-dbt')).dbtPlugin,
  async () => (await import('@tutti/plugin-ai')).aiPlugin,
  async () => (await import('@tutti/plugin-notifications')).notificationsPlugin,
];

/**
 * All installed plugins: those that come with Tutti, and the modules that `TUTTI_PLUGINS` names (with commas between),
 * each of which exports its plugin as `default` or `plugin`.
 * @throws {Error} when a named module cannot be loaded or holds no plugin.
 */
export async function loadPlugins(extra = process.env['TUTTI_PLUGINS'] ?? ''): Promise<Plugin[]> {
  const named = extra.split(',').map((name) => name.trim()).filter((name) => name !== ''); // prettier-ignore
  return Promise.all([...SHIPPED.map((load) => load()), ...named.map(loadNamed)]);
}

/** The catalogue of all installed plugins. */
export async function loadCatalogue(extra?: string): Promise<TaskCatalogue> {
  return createCatalogue(await loadPlugins(extra));
}

async function loadNamed(name: string): Promise<Plugin> {
  const module = (await import(name).catch((cause: unknown) => {
    throw new Error(`The plugin "${name}" that TUTTI_PLUGINS names cannot be loaded.`, { cause });
  })) as { readonly default?: Plugin; readonly plugin?: Plugin };
  const plugin = module.default ?? module.plugin;
  if (!Array.isArray(plugin?.tasks))
    throw new Error(`The module "${name}" that TUTTI_PLUGINS names exports no plugin.`);
  return plugin;
}
