import { Expressions } from '@tutti/expressions';
import { Liquid } from 'liquidjs';
import nunjucks from 'nunjucks';
import { median, type BenchRow } from './row.ts';

const VARS = {
  inputs: { taxi: 'green', year: '2019', month: '01' },
  outputs: { extract: { outputFiles: { 'green_tripdata_2019-01.csv': 'kestra:///a.csv' } } },
  vars: { bucket: 'lake' },
};

/** The same text in three languages: 205 characters in ours, six expressions, no waiting. */
const OURS =
  "{{ vars.bucket }}/{{ inputs.taxi | upper }}/{{ inputs.year }}-{{ inputs.month }}/{{ outputs.extract.outputFiles[inputs.taxi ~ '_tripdata_' ~ inputs.year ~ '-' ~ inputs.month ~ '.csv'] }}{{ vars.x ?? 'n' }}";
const LIQUID =
  "{{ vars.bucket }}/{{ inputs.taxi | upcase }}/{{ inputs.year }}-{{ inputs.month }}/{% assign key = inputs.taxi | append: '_tripdata_' | append: inputs.year | append: '-' | append: inputs.month | append: '.csv' %}{{ outputs.extract.outputFiles[key] }}{{ vars.x | default: 'n' }}";
const NUNJUCKS =
  "{{ vars.bucket }}/{{ inputs.taxi | upper }}/{{ inputs.year }}-{{ inputs.month }}/{{ outputs.extract.outputFiles[inputs.taxi ~ '_tripdata_' ~ inputs.year ~ '-' ~ inputs.month ~ '.csv'] }}{{ vars.x or 'n' }}";

const ROUNDS = 7;
const ROUND_MS = 60;

/** What is measured: names of rivals and what each does once. */
interface Contest {
  readonly id: string;
  readonly name: string;
  readonly ours: () => unknown;
  readonly liquid: () => unknown;
  readonly nunjucks?: () => unknown;
}

/** Renders per second, each beside plain liquidjs and nunjucks in the same rounds. */
export async function expressionRows(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const contest of contests()) rows.push(await rowOf(contest));
  return rows;
}

function contests(): Contest[] {
  const expressions = new Expressions();
  const waiting = new Expressions({ services: { kv: (key) => Promise.resolve(key) } });
  const liquid = new Liquid();
  const environment = new nunjucks.Environment(null, { autoescape: false });
  const liquidTemplate = liquid.parse(LIQUID);
  const liquidReference = liquid.parse('{{ inputs.taxi }}');
  const compiled = new nunjucks.Template(NUNJUCKS, environment, '', true);
  const reference = new nunjucks.Template('{{ inputs.taxi }}', environment, '', true);
  const call = { namespace: 'bench' };
  return [
    {
      id: 'e1',
      name: `${OURS.length}-character template`,
      ours: () => expressions.render(OURS, VARS),
      liquid: () => liquid.renderSync(liquidTemplate, VARS),
      nunjucks: () => compiled.render(VARS),
    },
    {
      id: 'e2',
      name: 'single reference',
      ours: () => expressions.render('{{ inputs.taxi }}', VARS),
      liquid: () => liquid.renderSync(liquidReference, VARS),
      nunjucks: () => reference.render(VARS),
    },
    {
      id: 'e3',
      name: 'template that waits for kv()',
      ours: () => waiting.render(`${OURS}{{ kv('K') }}`, VARS, call),
      liquid: () => liquid.render(liquidTemplate, VARS),
    },
    {
      id: 'e4',
      name: 'parse, uncached',
      ours: () => expressions.check(OURS),
      liquid: () => liquid.parse(LIQUID),
      nunjucks: () => new nunjucks.Template(NUNJUCKS, environment, '', true),
    },
  ];
}

async function rowOf({ id, name, ours, liquid, nunjucks: other }: Contest): Promise<BenchRow> {
  const samples = { ours: [] as number[], liquid: [] as number[], nunjucks: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const rates = {
      ours: await rateOf(ours),
      liquid: await rateOf(liquid),
      nunjucks: other ? await rateOf(other) : Number.NaN,
    };
    if (round === 0) continue; // the first warms up
    for (const rival of ['ours', 'liquid', 'nunjucks'] as const) samples[rival].push(rates[rival]);
  }
  return {
    id,
    name: `expressions: ${name}`,
    unit: '/s',
    ours: median(samples.ours),
    better: 'higher',
    floor: { name: 'plain liquidjs', value: median(samples.liquid) },
    ...(other && { details: { nunjucks: median(samples.nunjucks) } }),
  };
}

/** How often a second something is done, one after the other. */
async function rateOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  do {
    for (let count = 0; count < 100; count++) {
      const result = work();
      if (result instanceof Promise) await result;
    }
    done += 100;
    elapsed = performance.now() - start;
  } while (elapsed < ROUND_MS);
  return (done / elapsed) * 1000;
}
