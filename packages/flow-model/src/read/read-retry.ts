import { modernise } from '../dialect/modernise.ts';
import { defined } from '../defined.ts';
import type { Path } from '../finding.ts';
import type { Retry } from '../flow.ts';
import type { JsonMap } from '../json.ts';
import { Fields } from './fields.ts';
import type { Reader } from './reader.ts';

const NAMES = ['type', 'interval', 'maxInterval', 'minInterval', 'delayFactor', 'maxAttempts', 'maxDuration', 'warningOnRetry', 'behavior']; // prettier-ignore

export function readRetry(source: JsonMap | undefined, path: Path, reader: Reader): Retry | undefined {
  if (!source) return undefined;
  const { findings } = reader;
  const { data, paths } = modernise('retry', source, path, findings);
  const fields = new Fields(data, path, findings, paths);
  if (!fields.has('type')) fields.missing('type', 'A retry');
  const type = fields.oneOf('type', ['constant', 'exponential', 'random']);
  const common = {
    behavior: fields.oneOf('behavior', ['RETRY_FAILED_TASK', 'CREATE_NEW_EXECUTION']) ?? 'RETRY_FAILED_TASK',
    maxAttempts: fields.integer('maxAttempts', 1),
    maxDurationMs: fields.duration('maxDuration'),
    warningOnRetry: fields.flag('warningOnRetry') ?? false,
  };
  const intervals = {
    intervalMs: fields.duration('interval'),
    minIntervalMs: fields.duration('minInterval'),
    maxIntervalMs: fields.duration('maxInterval'),
    delayFactor: fields.number('delayFactor'),
  };
  fields.refuseRest('A retry', NAMES);
  if (!type) return undefined;
  requireIntervals(type, data, path, reader);
  checkOrder({ ...common, ...intervals }, path, reader);
  return build(type, common, intervals);
}

const REQUIRED = {
  constant: ['interval'],
  exponential: ['interval', 'maxInterval'],
  random: ['minInterval', 'maxInterval'],
} as const;

function requireIntervals(type: keyof typeof REQUIRED, data: JsonMap, path: Path, { findings }: Reader): void {
  for (const name of REQUIRED[type])
    if (data[name] === undefined)
      findings.error([...path, name], 'PROPERTY_MISSING', `A retry of type ${type} needs "${name}".`);
}

interface Intervals {
  readonly intervalMs: number | undefined;
  readonly minIntervalMs: number | undefined;
  readonly maxIntervalMs: number | undefined;
  readonly delayFactor: number | undefined;
}

/** Each must be shorter than the next one that is given. */
function checkOrder(retry: Intervals & { maxDurationMs: number | undefined }, path: Path, { findings }: Reader): void {
  const pairs = [
    ['interval', retry.intervalMs, 'maxInterval', retry.maxIntervalMs],
    ['interval', retry.intervalMs, 'maxDuration', retry.maxDurationMs],
    ['minInterval', retry.minIntervalMs, 'maxInterval', retry.maxIntervalMs],
    ['maxInterval', retry.maxIntervalMs, 'maxDuration', retry.maxDurationMs],
  ] as const;
  for (const [shorter, shorterMs, longer, longerMs] of pairs)
    if (shorterMs !== undefined && longerMs !== undefined && shorterMs >= longerMs)
      findings.error([...path, shorter], 'RETRY_INTERVALS', `"${shorter}" must be less than "${longer}".`);
}

type Common = { readonly behavior: Retry['behavior']; readonly maxAttempts: number | undefined; readonly maxDurationMs: number | undefined; readonly warningOnRetry: boolean }; // prettier-ignore

function build(type: Retry['type'], common: Common, intervals: Intervals): Retry {
  const { intervalMs = 0, minIntervalMs = 0, maxIntervalMs = 0, delayFactor = 2 } = intervals;
  switch (type) {
    case 'constant':
      return defined<Retry>({ type, ...common, intervalMs });
    case 'exponential':
      return defined<Retry>({ type, ...common, intervalMs, maxIntervalMs, delayFactor });
    case 'random':
      return defined<Retry>({ type, ...common, minIntervalMs, maxIntervalMs });
    default:
      return type satisfies never;
  }
}
