import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTutti, type Tutti } from '@tutti/cli';
import type { FlowCase } from './flow-case.ts';
import { FlowRunner } from './flow-runner.ts';
import deviations from './deviations.json' with { type: 'json' };

/** What the expectations were made with. */
const GLOBALS = { team: 'oracle', nested: { number: 7 } };
const ENVIRONMENT = { ENV_GREETING: 'hello' };

const REASONS: Readonly<Record<string, string>> = deviations;

/** What came of a case. */
export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'deviates';
  /** Why it may differ, where it is listed. */
  readonly reason?: string;
  /** Each difference, one line each. */
  readonly faults: readonly string[];
}

/** A Tutti of its own for the cases of a folder, in a temporary folder that goes with it. */
export class FlowSession {
  readonly #tutti: Tutti;
  readonly #runner: FlowRunner;
  readonly #dataFolder: string;

  private constructor(tutti: Tutti, dataFolder: string) {
    this.#tutti = tutti;
    this.#runner = FlowRunner.open(tutti);
    this.#dataFolder = dataFolder;
  }

  static async open(cases: readonly FlowCase[]): Promise<FlowSession> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'tutti-flows-'));
    const env = { ...process.env, ...ENVIRONMENT, ...secretsOf(cases), TUTTI_GLOBALS: JSON.stringify(GLOBALS) };
    return new FlowSession(await startTutti({ dataFolder, port: 0, env }), dataFolder);
  }

  async close(): Promise<void> {
    await this.#runner.close();
    await this.#tutti.stop();
    await rm(this.#dataFolder, { recursive: true, force: true });
  }

  /** A case that has an expectation of our own must come to that; one that is only listed may differ in any way. */
  async judge(flowCase: FlowCase): Promise<Verdict> {
    const { name, ours } = flowCase;
    const reason = REASONS[name];
    if (ours && reason === undefined) return { outcome: 'failed', faults: ['deviations.json gives no reason for it'] };
    const faults = await this.#runner.run(ours ? { ...flowCase, expected: ours } : flowCase);
    if (ours) return { outcome: faults.length > 0 ? 'failed' : 'deviates', reason: reason!, faults };
    if (faults.length === 0) return { outcome: 'passed', faults };
    return reason === undefined ? { outcome: 'failed', faults } : { outcome: 'deviates', reason, faults };
  }
}

/** Secrets come from the environment, as `SECRET_<KEY>` in base64. */
const secretsOf = (cases: readonly FlowCase[]): Record<string, string> =>
  Object.fromEntries(
    cases.flatMap(({ run }) =>
      Object.entries(run.secrets ?? {}).map(([key, value]) => [`SECRET_${key}`, Buffer.from(value).toString('base64')]),
    ),
  );
