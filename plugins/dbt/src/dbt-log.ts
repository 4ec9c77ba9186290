import type { RunContext } from '@tutti/plugin-sdk';

/** A line of dbt's structured log (its version 3); of older ones at least level and message stand there, too. */
interface LogLine {
  readonly info?: { readonly level?: string; readonly msg?: string; readonly name?: string };
}

/** Writes dbt's structured log to that of the task, each line at its own level. */
export class DbtLog {
  readonly #log: RunContext['log'];
  /** Whether dbt has warned of anything. */
  warned = false;

  constructor({ log }: Pick<RunContext, 'log'>) {
    this.#log = log;
  }

  /** Whether the line was one of dbt's; any other is for the log as it is. */
  take(line: string): boolean {
    const info = line.startsWith('{') ? parse(line)?.info : undefined;
    if (info?.msg === undefined) return false;
    if (info.msg.trim() !== '') this.#write(info.level ?? 'info', info.msg);
    return true;
  }

  #write(level: string, message: string): void {
    if (level === 'warn') this.warned = true;
    if (level === 'error' || level === 'warn' || level === 'debug') this.#log[level](message);
    else this.#log.info(message);
  }
}

function parse(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}
