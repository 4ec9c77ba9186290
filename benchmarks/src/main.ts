import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { expressionRows } from './expressions.ts';
import { verdictOf, type BenchRow } from './row.ts';
import { executionRows } from './rows/executions.ts';
import { loopRows, shapeRows } from './rows/loops.ts';
import { logRows, scriptRows } from './rows/scripts-and-logs.ts';
import { cloneRows, startRows } from './rows/start-up.ts';
import { Session } from './session.ts';

/** Groups of rows, in the order they are run; each group names the rows it gives. Row 15 only when asked for. */
const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } });
const only = values.only?.split(',').map((id) => id.trim());
const wanted = (...ids: readonly string[]): boolean =>
  only ? ids.some((id) => only.includes(id)) : !ids.includes('15');

const rows: BenchRow[] = [];
const add = (more: readonly BenchRow[]): void => {
  rows.push(...more);
  for (const row of more) console.log(lineOf(row));
};

console.log(
  `${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
);
if (wanted('expressions')) add(await expressionRows());
if (wanted('11')) add(await startRows());
if (wanted('1', '2', '3', '4', '5', '6', '7', '10', '12', '13', '17', 'shapes')) await measureRunning();
if (wanted('15')) add(await cloneRows());
if (values.json) await writeFile(values.json, `${JSON.stringify({ at: new Date().toISOString(), rows }, null, 2)}\n`);

async function measureRunning(): Promise<void> {
  const session = await Session.start();
  try {
    if (wanted('1', '2', '3', '4', '5', '12', '13')) add(await executionRows(session, (id) => wanted(id)));
    if (wanted('6')) add(await scriptRows(session));
    if (wanted('7')) add(await logRows(session));
    if (wanted('10', '17')) add(await loopRows(session));
    if (wanted('shapes')) add(await shapeRows(session));
  } finally {
    await session.stop();
  }
}

function lineOf(row: BenchRow): string {
  const number = (value: number) =>
    Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
  const floor = row.floor
    ? `floor ${number(row.floor.value)} (${row.floor.name}), ${(row.ours / row.floor.value).toFixed(1)}x`
    : '';
  return [
    row.id.padEnd(6),
    row.name.padEnd(46),
    `${number(row.ours)} ${row.unit}`.padStart(14),
    verdictOf(row).padEnd(14),
    floor,
  ].join('  ');
}
