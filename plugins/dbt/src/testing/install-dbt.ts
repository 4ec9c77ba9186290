import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Before 1.12, which needs a download from outside the package index. */
const PACKAGES = ['dbt-core~=1.11.0', 'dbt-duckdb~=1.10'];
const CACHE = resolve(import.meta.dirname, '../../../../node_modules/.cache');
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * The folder with a real dbt and its DuckDB adapter, installed once; `undefined` where that is impossible, which is said
 * on the standard error.
 */
export async function installDbt(): Promise<string | undefined> {
  const version = createHash('sha256').update(JSON.stringify(PACKAGES)).digest('hex').slice(0, 8);
  const folder = join(CACHE, `tutti-dbt-${version}`);
  const bin = join(folder, 'bin');
  if (existsSync(join(folder, 'installed'))) return bin;
  try {
    rmSync(folder, { recursive: true, force: true });
    const options = { timeout: INSTALL_TIMEOUT_MS };
    await promisify(execFile)('python3', ['-m', 'venv', folder], options);
    await promisify(execFile)(join(bin, 'pip'), ['install', '--quiet', ...PACKAGES], options);
    writeFileSync(join(folder, 'installed'), '');
    return bin;
  } catch (error) {
    process.stderr.write(
      `Tests with a real dbt are skipped: it could not be installed. ${String(error).slice(0, 500)}\n`,
    );
    return undefined;
  }
}
