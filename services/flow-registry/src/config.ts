import { join } from 'node:path';
import { integer, optionalText, readSettings, text, type Environment } from '@tutti/service-kit';

/** Settings of the flow-registry; the README lists them. */
export interface FlowRegistryConfig {
  readonly natsUrl: string;
  readonly storageFolder: string;
  readonly secretKeyFile: string;
  readonly pluginDefaults: string | undefined;
  readonly databaseConnections: number;
}

/** @throws {UserError} SETTINGS_INVALID */
export function readConfig(env: Environment): FlowRegistryConfig {
  const { home, storageFolder, secretKeyFile, ...settings } = readSettings(
    {
      natsUrl: text({
        env: 'TUTTI_NATS_URL',
        default: 'nats://127.0.0.1:4222',
        describe: 'address of the NATS server',
      }),
      home: text({ env: 'TUTTI_HOME', default: '.tutti', describe: 'folder for everything Tutti writes' }),
      storageFolder: optionalText({ env: 'TUTTI_STORAGE_FOLDER', describe: 'folder of internal storage' }),
      secretKeyFile: optionalText({
        env: 'TUTTI_FLOW_REGISTRY_SECRET_KEY_FILE',
        describe: 'file with the key of stored secrets; made when the first secret is stored',
      }),
      pluginDefaults: optionalText({
        env: 'TUTTI_PLUGIN_DEFAULTS',
        describe: 'plugin defaults of the installation: a list of {type, values, forced} as YAML or JSON',
      }),
      databaseConnections: integer({
        env: 'TUTTI_FLOW_REGISTRY_DATABASE_CONNECTIONS',
        default: 4,
        min: 1,
        max: 100,
        describe: 'most database connections at once, for each of its two pools',
      }),
    },
    env,
  );
  return {
    ...settings,
    storageFolder: storageFolder ?? join(home, 'storage'),
    secretKeyFile: secretKeyFile ?? join(home, 'secret.key'),
  };
}
