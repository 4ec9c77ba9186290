import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { TaskError } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { query } from './bigquery/query.ts';
import { explain } from './explain-error.ts';
import { list } from './gcs/list.ts';

afterAll(removeTestFolders);

/** What a task comes to when Google answers every request so. */
async function answered(status: number, body: object, task: unknown, properties: Record<string, string>) {
  const server = createServer((_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const error = await runTask(task, { endpoint, projectId: 'p', ...properties }).catch((thrown: unknown) => thrown);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return error;
}

const errorOf = (code: number, reason: string, message: string) => ({
  error: { code, message, errors: [{ reason, message, domain: 'global' }] },
});

describe('a refusal', () => {
  it.each([
    ['Cloud Storage', list, { from: 'gs://b/' }, 'Cannot list gs://b/'],
    ['BigQuery', query, { sql: 'SELECT 1', retryAuto: '{"maxAttempts": 1}' }, 'The query failed'],
  ])('of %s says what, why and the way out', async (_, task, properties, failed) => {
    const answer = errorOf(403, 'forbidden', 'a@b.c does not have access.');
    expect(await answered(403, answer, task, properties)).toMatchObject({
      code: 'GCP_REFUSED',
      message: `${failed}: a@b.c does not have access. (forbidden)`,
      hint: 'Give the service account a role that allows it, in the IAM page of the project.',
      retryable: false,
    });
  });

  it('of a token says what the server of tokens said', () => {
    const data = { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' };
    const thrown = Object.assign(new Error('invalid_grant'), { code: '400', response: { status: 400, data } });
    expect(explain(thrown, 'Cannot list gs://b/')).toMatchObject({
      code: 'GCP_REFUSED',
      message: 'Cannot list gs://b/: Invalid JWT Signature. (invalid_grant)',
      hint: expect.stringContaining('key') as string,
    });
  });

  it('of an upload says what the last answer said', () => {
    const answer = JSON.stringify(errorOf(503, 'backendError', 'Try again.'));
    expect(explain(new Error(`Retry limit exceeded - status: 503 - ${answer}`), 'Cannot upload')).toMatchObject({
      message: 'Cannot upload: Try again. (backendError)',
      retryable: true,
    });
  });

  it.each([
    [429, 'rateLimitExceeded', true],
    [503, 'backendError', true],
    [500, 'whatever', true],
    [404, 'notFound', false],
    [400, 'invalid', false],
  ])(
    'with %i %s: may be tried again: %s',
    (code, reason, retryable) =>
    expect(explain(Object.assign(new Error('x'), { code, errors: [{ reason, message: 'x' }] }), 'y')).toMatchObject({ retryable }), // prettier-ignore
  );
});

describe('an error', () => {
  it('of the network says so', async () => {
    const error = await new Promise<Error>((resolve) => connect({ port: 1, host: '127.0.0.1' }).on('error', resolve));
    expect(explain(error, 'The query failed')).toMatchObject({
      code: 'GCP_UNREACHABLE',
      message: expect.stringMatching(/^The query failed: Google Cloud does not answer: .*ECONNREFUSED/) as string,
      retryable: true,
    });
  });

  it('about credentials says so', () => {
    for (const message of [
      'Could not load the default credentials. Browse to …',
      'error:1E08010C:DECODER routines::unsupported',
    ])
      // prettier-ignore
      expect(explain(new Error(message), 'x')).toMatchObject({ code: 'GCP_CREDENTIALS_INVALID', retryable: false });
  });

  it('of ours, or of an unknown kind, is left as it is', () => {
    const diskFull = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    for (const error of [new TaskError('X', 'x'), new Error('a bug'), diskFull, 'text'])
      expect(explain(error, 'y')).toBe(error);
  });
});
