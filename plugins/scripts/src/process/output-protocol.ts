import { parseDuration } from '@tutti/plugin-sdk';
import type { Json, RunContext } from '@tutti/plugin-sdk';

/** What lines of the form `::{…}::` tell: outputs, metrics and log lines of the script. */
export class OutputProtocol {
  readonly vars: Record<string, Json> = {};
  readonly #context: Pick<RunContext, 'log' | 'counter' | 'timer' | 'gauge'>;

  constructor(context: Pick<RunContext, 'log' | 'counter' | 'timer' | 'gauge'>) {
    this.#context = context;
  }

  /** Whether the line was one of the protocol; any other is for the log. */
  take(line: string): boolean {
    const text = /^::(\{.*\})::\s*$/s.exec(line)?.[1];
    if (text === undefined) return false;
    const message = parse(text);
    if (message) this.#apply(message);
    else this.#context.log.warn(`This line looks like outputs, but is no JSON: ${line.slice(0, 200)}`);
    return true;
  }

  #apply({ outputs, metrics, logs }: ProtocolMessage): void {
    if (isMap(outputs)) Object.assign(this.vars, outputs);
    for (const metric of listOf(metrics)) this.#measure(metric);
    for (const { level, message } of listOf(logs)) this.#log(textOf(level).toUpperCase(), textOf(message));
  }

  #measure({ name, type, value, tags }: Record<string, Json>): void {
    const number = typeof value === 'string' ? (parseDuration(value) ?? Number(value)) : Number(value);
    if (typeof name !== 'string' || !Number.isFinite(number)) {
      this.#context.log.warn(`A metric needs a name and a number: ${JSON.stringify({ name, value })}`);
      return;
    }
    const labels = isMap(tags) ? Object.fromEntries(Object.entries(tags).map(([key, tag]) => [key, textOf(tag)])) : {};
    if (type === 'timer') this.#context.timer(name, number, labels);
    else if (type === 'gauge') this.#context.gauge(name, number, labels);
    else this.#context.counter(name, number, labels);
  }

  #log(level: string, message: string): void {
    const { log } = this.#context;
    if (level === 'ERROR' || level === 'CRITICAL') log.error(message);
    else if (level === 'WARN' || level === 'WARNING') log.warn(message);
    else if (level === 'DEBUG') log.debug(message);
    else if (level === 'TRACE') log.trace(message);
    else log.info(message);
  }
}

interface ProtocolMessage {
  readonly outputs?: Json;
  readonly metrics?: Json;
  readonly logs?: Json;
}

function parse(text: string): ProtocolMessage | undefined {
  try {
    return JSON.parse(text) as ProtocolMessage;
  } catch {
    return undefined;
  }
}

const isMap = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: Json | undefined): Record<string, Json>[] => (Array.isArray(value) ? value.filter(isMap) : []);

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
