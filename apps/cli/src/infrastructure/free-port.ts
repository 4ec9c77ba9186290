import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The wished-for loopback port if it is free, else any free one. */
export async function freePort(wished = 0): Promise<number> {
  const server = createServer();
  try {
    server.listen(wished, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  } catch (error) {
    if (wished === 0) throw error;
    return freePort();
  }
}

/** Whether somebody could listen there. */
export async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
