import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A folder on a loopback address. */
export interface FileServer {
  /** Without a slash at the end. */
  readonly url: string;
  close(): void;
}

/** Serves the files of a folder for reading, on a free port of this machine only. It keeps no process alive. */
export async function serveFolder(folder: string): Promise<FileServer> {
  const server = createServer((request, response) => {
    answer(folder, request, response).catch(() => response.destroy()); // the client has gone
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = fileFor(folder, request.url ?? '/');
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.\n');
    return;
  }
  response.writeHead(200, { 'content-type': typeOf(file), 'content-length': found.size });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
}

/** The file an address means; `undefined` for one outside of the folder. */
function fileFor(folder: string, address: string): string | undefined {
  try {
    const file = normalize(join(folder, decodeURIComponent(new URL(address, 'http://localhost').pathname)));
    return file.startsWith(folder + sep) ? file : undefined;
  } catch {
    return undefined;
  }
}

const typeOf = (file: string): string => (file.endsWith('.json') ? 'application/json' : 'application/gzip');
