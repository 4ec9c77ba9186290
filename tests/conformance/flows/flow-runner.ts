import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Tutti } from '@tutti/cli';
import { differences } from './compare.ts';
import { isRefused, type FlowCase, type InputValue } from './flow-case.ts';
import { observe, type Observed } from './observed.ts';

/** How long nothing may move before the case counts as over, and how long it may take in all, ms. */
const QUIET_MS = 300;
const LONGEST_MS = 60_000;
/** How long executions that are expected may take to appear, ms. */
const APPEAR_MS = 10_000;
const LOOK_MS = 40;

/** Runs cases against a running Tutti, through its REST API as a user would; at once only those of different namespaces. */
export class FlowRunner {
  readonly #url: string;
  readonly #database: pg.Pool;

  private constructor(url: string, database: pg.Pool) {
    this.#url = `${url}/api/v1/main`;
    this.#database = database;
  }

  static open(tutti: Tutti): FlowRunner {
    return new FlowRunner(tutti.url, new pg.Pool({ connectionString: tutti.infrastructure.databaseUrl, max: 4 }));
  }

  async close(): Promise<void> {
    await this.#database.end();
  }

  /** Differences between what the case expects and what came of it; none when it passes. */
  async run(flowCase: FlowCase): Promise<string[]> {
    const namespace = namespaceOf(flowCase.source);
    await this.#clear(namespace);
    try {
      const refusal = await this.#begin(flowCase, namespace);
      if (isRefused(flowCase.expected))
        return refusal === undefined ? [`expected a refusal (${flowCase.expected.refused})`] : [];
      if (refusal !== undefined) return [`refused: ${refusal}`];
      await this.#settle(namespace, 1 + (flowCase.expected.others?.length ?? 0));
      await this.#resume(flowCase, namespace);
      return this.#compare(flowCase, await observe(this.#database, namespace));
    } finally {
      await this.#clear(namespace);
    }
  }

  /** Saves and starts; gives the reason when either is refused. */
  async #begin({ source, others, run }: FlowCase, namespace: string): Promise<string | undefined> {
    for (const [key, value] of Object.entries(run.kv ?? {}))
      await this.#send('PUT', `/namespaces/${namespace}/kv/${key}`, JSON.stringify(value), 'text/plain');
    for (const [path, content] of Object.entries(run.files ?? {})) await this.#putFile(namespace, path, content);
    for (const flow of [...others, source]) {
      const saved = await this.#send('POST', '/flows', flow, 'application/x-yaml');
      if (!saved.ok) return saved.text;
    }
    const starts = Array.from({ length: run.times ?? 1 }, () => this.#start(source, namespace, run));
    const refused = (await Promise.all(starts)).find(({ ok }) => !ok);
    return refused?.text;
  }

  #start(source: string, namespace: string, { inputs = {}, labels = {} }: FlowCase['run']) {
    const query = Object.entries(labels).map(([key, value]) => `labels=${encodeURIComponent(`${key}:${value}`)}`);
    const path = `/executions/${namespace}/${idOf(source)}${query.length > 0 ? `?${query.join('&')}` : ''}`;
    return this.#send('POST', path, formOf(inputs));
  }

  async #putFile(namespace: string, path: string, content: string): Promise<void> {
    const form = new FormData();
    form.set('fileContent', new Blob([content]), path);
    await this.#send('POST', `/namespaces/${namespace}/files?path=/${path.replace(/^\//, '')}`, form);
  }

  async #resume({ run }: FlowCase, namespace: string): Promise<void> {
    if (!run.resume) return;
    for (const { id, state } of await observe(this.#database, namespace))
      if (state === 'PAUSED') await this.#send('POST', `/executions/${id}/resume`, formOf(run.resume));
    await this.#settle(namespace);
  }

  #compare({ source, others, expected }: FlowCase, observed: readonly Observed[]): string[] {
    if (isRefused(expected)) return [];
    const left = [...observed];
    const sources = [source, ...others];
    const found: string[] = [];
    for (const [index, wanted] of [expected, ...(expected.others ?? [])].entries()) {
      const candidates = left
        .filter(({ flow }) => flow === wanted.flow)
        .map((one) => ({ one, faults: differences(wanted, one, sources) }));
      const best = candidates.toSorted((a, b) => a.faults.length - b.faults.length)[0];
      if (!best) found.push(`no execution of ${wanted.flow}`);
      else {
        left.splice(left.indexOf(best.one), 1);
        found.push(...best.faults.map((fault) => (index === 0 ? fault : `others ${wanted.flow}: ${fault}`)));
      }
    }
    return [...found, ...left.map(({ flow, state }) => `one more execution: ${flow}, ${state}`)];
  }

  /** Waits until nothing moves any more, and as many executions are there as there should be. */
  async #settle(namespace: string, expected = 0): Promise<void> {
    let last = '';
    let quietSinceMs = Date.now();
    const appearedByMs = quietSinceMs + APPEAR_MS;
    for (const endMs = Date.now() + LONGEST_MS; Date.now() < endMs; await wait(LOOK_MS)) {
      const { rows } = await this.#database.query<{ now: string; count: number; busy: boolean }>(
        `SELECT coalesce(string_agg(id || ' ' || version, ',' ORDER BY id), '') AS now, count(*)::int AS count,
                coalesce(bool_or(ended_at_ms IS NULL AND (state NOT IN ('PAUSED', 'QUEUED') OR EXISTS (
                  SELECT 1 FROM executor.timers AS t WHERE t.execution_id = e.id AND t.due_at_ms < extract(epoch FROM now()) * 1000 + 30000))), false) AS busy
         FROM executor.executions AS e WHERE namespace = $1`,
        [namespace],
      );
      const { now, count, busy } = rows[0]!;
      const isAwaited = count < expected && Date.now() < appearedByMs;
      if (now !== last || busy || isAwaited) quietSinceMs = Date.now();
      last = now;
      if (Date.now() - quietSinceMs >= QUIET_MS) return;
    }
  }

  /** Leaves nothing of a case behind for the next. */
  async #clear(namespace: string): Promise<void> {
    const flows = (await (await fetch(`${this.#url}/flows/${namespace}`)).json()) as { readonly id: string }[];
    for (const { id } of Array.isArray(flows) ? flows : []) await this.#send('DELETE', `/flows/${namespace}/${id}`);
    for (const { id, state } of await observe(this.#database, namespace)) {
      if (['PAUSED', 'QUEUED', 'RUNNING', 'CREATED', 'RETRYING'].includes(state))
        await this.#send('DELETE', `/executions/${id}/kill`);
    }
    await this.#settle(namespace);
    for (const { id } of await observe(this.#database, namespace)) await this.#send('DELETE', `/executions/${id}`);
    const keys = (await (await fetch(`${this.#url}/namespaces/${namespace}/kv`)).json()) as { readonly key: string }[];
    for (const { key } of Array.isArray(keys) ? keys : [])
      await this.#send('DELETE', `/namespaces/${namespace}/kv/${key}`);
  }

  async #send(method: string, path: string, body?: string | FormData, contentType?: string) {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(body !== undefined && { body }),
      ...(contentType && { headers: { 'content-type': contentType } }),
    });
    return { ok: response.ok, text: await response.text() };
  }
}

function formOf(inputs: Readonly<Record<string, InputValue>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(inputs))
    if (typeof value === 'object') form.set(name, new Blob([value.content]), value.file);
    else form.set(name, String(value));
  return form;
}

const fieldOf = (source: string, field: string): string =>
  new RegExp(`^${field}: *['"]?([^'"\\s#]+)`, 'm').exec(source)?.[1] ?? '';
const namespaceOf = (source: string): string => fieldOf(source, 'namespace');
const idOf = (source: string): string => fieldOf(source, 'id');
