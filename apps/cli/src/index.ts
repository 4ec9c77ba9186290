import { DataFolder } from './infrastructure/data-folder.ts';
import { startServers } from './infrastructure/start-infrastructure.ts';
import type { Infrastructure } from './infrastructure/start-infrastructure.ts';

export { findNatsServer, natsCacheFolder } from './infrastructure/nats-binary.ts';
export type { DataDatabase, Infrastructure } from './infrastructure/start-infrastructure.ts';

/** PostgreSQL and NATS only, for contract tests. */
export async function startInfrastructure(options: {
  readonly dataFolder: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly tell?: (sentence: string) => void;
}): Promise<Infrastructure> {
  const folder = DataFolder.take(options.dataFolder);
  const tell = options.tell ?? (() => undefined);
  const infrastructure = await startServers({ folder, env: options.env ?? process.env, tell }).catch(
    (error: unknown) => {
      folder.release();
      throw error;
    },
  );
  return {
    ...infrastructure,
    async stop() {
      await infrastructure.stop();
      folder.release();
    },
  };
}
export { startTutti } from './start-tutti.ts';
export type { Tutti, TuttiOptions } from './start-tutti.ts';
export type { LogView } from './logs/service-log.ts';
export { SERVICES } from './services/service-environment.ts';
export type { ServiceName } from './services/service-environment.ts';
export { freePort } from './infrastructure/free-port.ts';
export { repositoryRoot } from './repository-root.ts';
export { runExample } from './example.ts';
