/** Installs the locked dependencies when they are not there. Plain JavaScript without dependencies. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRESS_MS = 2_000;

/** Runs `npm ci` unless what is installed is what the lock file says. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('  installing the locked npm packages …');
  const startedMs = Date.now();
  const progress = setInterval(
    () => console.log(`  still installing (${Math.round((Date.now() - startedMs) / 1000)} s) …`),
    5 * PROGRESS_MS,
  );
  try {
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  } finally {
    clearInterval(progress);
  }
}

/**
 * Whether npm's own note of what it installed names the same version of every package as the lock file.
 * Packages for other platforms may be missing.
 */
function isInstalled() {
  const note = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([path, { version, link, optional }]) =>
      !path.startsWith('node_modules/') ||
      link ||
      (optional && !installed[path]) ||
      installed[path]?.version === version,
  );
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', () => reject(new Error(`"${command}" was not found. Node's npm must be on PATH.`)));
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(
              `"npm ci" failed (code ${code}). Is there a network, or a registry set in your npm configuration?`,
            ),
          ),
    );
  });
}
