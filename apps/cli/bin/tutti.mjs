#!/usr/bin/env node
/**
 * `tutti`: installs the locked dependencies and builds when something has changed, then runs the built program in this
 * process. Plain JavaScript without dependencies, because nothing may be installed yet.
 */
import { ensureInstalled } from '../../../tools/install.mjs';

const OLDEST_NODE = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  console.error(
    `Tutti needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org.`,
  );
  process.exit(1);
}
try {
  await ensureInstalled();
  const { build } = await import('../../../tools/build.mjs');
  await build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
await import('../../../build/apps/cli.js');
