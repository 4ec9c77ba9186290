import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** The folder of this service, also when the code runs as a bundle: schema and pages are read from there. */
export const GATEWAY_FOLDER: URL = new URL('.', pathToFileURL(require.resolve('@tutti/gateway/package.json')));

/** Where an npm package lies that this service depends on. */
export function packageFolder(name: string): URL {
  return new URL('.', pathToFileURL(createRequire(GATEWAY_FOLDER).resolve(`${name}/package.json`)));
}
