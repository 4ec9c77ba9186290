import { setTimeout as wait } from 'node:timers/promises';
import type { BigQuery, Job, JobMetadata } from '@google-cloud/bigquery';
import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { faultOf, refusal } from '../explain-error.ts';
import type { GoogleFault } from '../explain-error.ts';
import { retryPolicyOf } from './retry.ts';
import type { RetryPolicy, RetryProperties } from './retry.ts';

/** A job that has ended well. */
export interface FinishedJob {
  readonly job: Job;
  readonly metadata: JobMetadata;
}

/** How a job is begun: with this id, and these labels. */
export type StartJob = (start: { readonly jobId: string; readonly labels: Readonly<Record<string, string>> }) => Promise<Job>; // prettier-ignore

/** What jobs are run with. */
export interface JobOptions extends RetryProperties {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** How long BigQuery works on it at most, ms. */
  readonly jobTimeout?: number | undefined;
  /** What it is when it does not work: `The query failed`. */
  readonly failed: string;
  /** The SQL, when that is what it is about. */
  readonly sql?: string;
}

/** What a job is to do. */
export type JobConfiguration = NonNullable<JobMetadata['configuration']>;

const FIRST_LOOK_MS = 100;
const LOOK_MAX_MS = 2_000;

/**
 * Has BigQuery do what a configuration says.
 * @throws {TaskError} As `runJob`.
 */
export const runConfiguredJob = (
  context: RunContext,
  client: BigQuery,
  options: JobOptions,
  configuration: JobConfiguration,
): Promise<FinishedJob> =>
  runJob(context, client, options, async ({ jobId, labels }) => {
    const timeout = options.jobTimeout === undefined ? {} : { jobTimeoutMs: String(options.jobTimeout) };
    const [job] = await client.createJob({ jobId, configuration: { ...configuration, ...timeout, labels } });
    return job;
  });

/**
 * Has BigQuery do a job and waits for its end; a job that fails for a reason that passes is begun anew. When the task is
 * stopped, the job is cancelled.
 * @throws {TaskError} GCP_REFUSED, SQL_FAILED.
 */
export async function runJob(
  context: RunContext,
  client: BigQuery,
  options: JobOptions,
  start: StartJob,
): Promise<FinishedJob> {
  const policy = retryPolicyOf(options);
  const startMs = Date.now();
  const labels = { ...labelsOf(context), ...options.labels };
  for (let attempt = 1; ; attempt++) {
    const outcome = await runOnce(context, client, (jobId) => start({ jobId, labels }), jobIdOf(context, attempt));
    if (!('fault' in outcome)) return measured(context, outcome);
    const { fault, cause } = outcome;
    const delayMs = policy.delayMs(attempt);
    const isLast = attempt >= policy.maxAttempts || Date.now() + delayMs - startMs > policy.maxDurationMs;
    if (isLast || !passes(fault, policy)) throw jobError(fault, options, cause);
    context.log.warn(`${options.failed}: ${fault.message} (${fault.reason}). It is run again in ${delayMs / 1000} s.`);
    await wait(delayMs, undefined, { signal: context.signal });
  }
}

interface FailedJob {
  readonly fault: GoogleFault;
  readonly cause?: unknown;
}

async function runOnce(
  { signal, log }: RunContext,
  client: BigQuery,
  start: (jobId: string) => Promise<Job>,
  jobId: string,
): Promise<FinishedJob | FailedJob> {
  try {
    const job = await begin(client, start, jobId);
    log.debug(`BigQuery does the job ${job.id}.`);
    const metadata = await untilDone(signal, job);
    const fault = metadata.status?.errorResult;
    return fault ? { fault: { ...fault, ...inFull(metadata) } } : { job, metadata };
  } catch (error) {
    const fault = !signal.aborted && error instanceof Error ? faultOf(error) : undefined;
    if (!fault) throw error;
    return { fault, cause: error };
  }
}

/** A job that is there already was begun by this attempt, before the answer got lost. */
async function begin(client: BigQuery, start: (jobId: string) => Promise<Job>, jobId: string): Promise<Job> {
  try {
    return await start(jobId);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 409) throw error;
    return client.job(jobId, client.location === undefined ? {} : { location: client.location });
  }
}

async function untilDone(signal: AbortSignal, job: Job): Promise<JobMetadata> {
  let metadata = job.metadata as JobMetadata | undefined;
  let delayMs = FIRST_LOOK_MS;
  try {
    while (metadata?.status?.state !== 'DONE') {
      await wait(delayMs, undefined, { signal });
      [metadata] = (await job.getMetadata()) as readonly unknown[] as readonly [JobMetadata];
      delayMs = Math.min(LOOK_MAX_MS, delayMs * 1.5);
    }
    return metadata;
  } catch (error) {
    if (signal.aborted) await job.cancel().catch(() => undefined);
    throw error;
  }
}

const passes = ({ reason, message }: GoogleFault, { reasons, messages }: RetryPolicy): boolean =>
  reasons.includes(reason ?? '') || messages.some((part) => message?.includes(part));

const FAULTS_SHOWN = 5;

/** The message of a load says only how many rows were bad; the list says what was bad about them. */
function inFull({ status }: JobMetadata): { readonly message?: string } {
  const messages = new Set([status?.errorResult?.message, ...(status?.errors ?? []).map(({ message }) => message)]);
  return { message: [...messages].filter(Boolean).slice(0, FAULTS_SHOWN).join('\n') };
}

function jobError(fault: GoogleFault, { failed, sql }: JobOptions, cause: unknown): TaskError {
  if (sql === undefined || fault.reason !== 'invalidQuery') return refusal(fault, failed, cause);
  const [, line] = /\[(\d+):\d+\]/.exec(fault.message ?? '') ?? [];
  const text = sql.split('\n')[Number(line) - 1]?.trim();
  const place = text ? ` (line ${line} of the SQL: ${text.slice(0, 80)})` : '';
  return new TaskError('SQL_FAILED', `${fault.message}${place}`, { retryable: false });
}

/**
 * An id of our own: a job whose beginning is asked for twice is still one, and people find the execution of a job. It
 * holds letters, digits, `_` and `-`.
 */
function jobIdOf({ execution, taskRun }: RunContext, attempt: number): string {
  const name = `tutti_${execution.flowId}_${taskRun.attemptId}`.replaceAll(/[^A-Za-z0-9_-]/g, '-');
  return attempt === 1 ? name : `${name}_${attempt}`;
}

const LABEL_MAX_LENGTH = 63;

/** So that the bill tells flows apart. */
function labelsOf({ execution: { id, namespace, flowId } }: RunContext): Record<string, string> {
  const labels = { tutti_namespace: namespace, tutti_flow: flowId, tutti_execution: id };
  const word = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '-').slice(0, LABEL_MAX_LENGTH); // prettier-ignore
  return Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, word(text)]));
}

function measured(context: RunContext, finished: FinishedJob): FinishedJob {
  const { statistics } = finished.metadata;
  const counts: readonly (readonly [string, unknown])[] = [
    ['total.bytes.processed', statistics?.query?.totalBytesProcessed ?? statistics?.totalBytesProcessed],
    ['total.bytes.billed', statistics?.query?.totalBytesBilled],
    ['total.slot.ms', statistics?.totalSlotMs],
    ['num.dml.affected.rows', statistics?.query?.numDmlAffectedRows],
    ['num.child.jobs', statistics?.numChildJobs],
    ['output.rows', statistics?.load?.outputRows],
  ];
  for (const [name, count] of counts) if (count !== undefined && count !== null) context.counter(name, Number(count));
  const [startMs, endMs] = [Number(statistics?.startTime), Number(statistics?.endTime)];
  if (endMs >= startMs) context.timer('duration', endMs - startMs);
  return finished;
}
