import { readFile } from 'node:fs/promises';
import { checkCase, type ExpressionCase } from '@tutti/expressions/conformance';

/** Runs a table of templates, and prints each case that gives something else than it says. */
export async function runExpressionCases(
  file: string,
  only?: string,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const table = JSON.parse(await readFile(file, 'utf8')) as readonly ExpressionCase[];
  let failed = 0;
  const cases = table.filter(({ id }) => only === undefined || id.includes(only));
  for (const one of cases) {
    const difference = await checkCase(one);
    if (!difference) continue;
    failed += 1;
    console.log(`${one.id}: ${JSON.stringify(one.template)}`);
    console.log(`  expected ${difference.expected}`);
    console.log(`  got      ${difference.got}`);
  }
  return { passed: cases.length - failed, failed };
}
