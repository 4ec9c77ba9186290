import type { DuckDBConnection } from '@duckdb/node-api';
import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';

const INSTALL = /^(?:FORCE\s+)?INSTALL\s+'?"?([A-Za-z_]\w*)/i;
const LOAD = /^LOAD\s+'?"?([A-Za-z_]\w*)'?"?$/i;

/**
 * Whether a statement installs or loads an extension that is built in, so that there is nothing to do. Without this,
 * DuckDB would go and download it.
 * @throws {TaskError} EXTENSION_MISSING when it is not here and cannot be had.
 */
export async function skipsInstall(
  { log }: RunContext,
  connection: DuckDBConnection,
  statement: string,
): Promise<boolean> {
  const name = (INSTALL.exec(statement) ?? LOAD.exec(statement))?.[1]?.toLowerCase();
  if (name === undefined) return false;
  const known = await connection.runAndReadAll('SELECT installed, loaded, install_mode FROM duckdb_extensions() WHERE extension_name = $1 OR list_contains(aliases, $1)', [name]); // prettier-ignore
  const [installed, loaded, mode] = known.getRows()[0] ?? [];
  if (loaded === true || (installed === true && INSTALL.test(statement)) || mode === 'STATICALLY_LINKED') {
    log.debug(`The extension "${name}" is built in.`);
    return true;
  }
  try {
    await connection.run(statement);
    return true;
  } catch (cause) {
    throw new TaskError(
      'EXTENSION_MISSING',
      `The DuckDB extension "${name}" is not built in, and could not be had: ${String(cause)}`,
      {
        hint: 'Extensions other than json, parquet and icu are downloaded from the internet.',
        cause,
      },
    );
  }
}
