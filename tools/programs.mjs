/** Programs that tests run, from Debian's packages where they are missing. */
import { spawnSync } from 'node:child_process';

/** Installs what is missing, where that can be done without a question: as root on Debian. Else says what is missing. */
export async function ensurePrograms(packages) {
  const missing = Object.entries(packages).filter(([program]) => !isThere(program));
  if (missing.length === 0) return;
  const names = missing.map(([, name]) => name);
  console.log(`  installing ${names.join(', ')} …`);
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-qq'], options);
  const { status } = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], options);
  if (status !== 0) console.error(`  could not install ${names.join(', ')}: tests that need them will fail`);
}

function isThere(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}
