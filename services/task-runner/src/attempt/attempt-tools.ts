import type { Bus } from '@tutti/bus';
import type { Expressions } from '@tutti/expressions';
import type { TaskCatalogue } from '@tutti/plugin-sdk';
import type { Clock, Logger } from '@tutti/service-kit';
import type { Storage } from '@tutti/storage';
import type { TaskRunnerConfig } from '../config.ts';
import type { ExecutorClient } from '../executor-client.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { Attempt } from './attempt.ts';
import type { SecretMask } from './secret-mask.ts';

/** What every attempt needs; made once per runner. */
export interface AttemptDeps {
  readonly bus: Bus;
  readonly executor: ExecutorClient;
  readonly storage: Storage;
  readonly catalogue: TaskCatalogue;
  readonly expressions: Expressions;
  readonly config: Pick<TaskRunnerConfig, 'folder' | 'hostAliases' | 'logMaxBytes'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What everything within one attempt shares. */
export interface AttemptTools extends AttemptDeps {
  readonly attempt: Attempt;
  readonly attemptLog: AttemptLog;
  readonly mask: SecretMask;
}
