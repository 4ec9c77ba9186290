import { TaskError } from '@tutti/plugin-sdk';

/** What Google says of a fault, in the forms its clients throw and its jobs hold. */
export interface GoogleFault {
  readonly reason?: string | null;
  readonly message?: string | null;
  readonly location?: string | null;
  /** Of the answer that said so. */
  readonly status?: number;
}

/** Reasons that pass by themselves. */
const PASSING = new Set([
  'backendError',
  'internalError',
  'jobBackendError',
  'jobInternalError',
  'jobRateLimitExceeded',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'tableUnavailable',
]);

const HINTS: Readonly<Record<string, string>> = {
  accessDenied: 'Give the service account a role that allows it, in the IAM page of the project.',
  forbidden: 'Give the service account a role that allows it, in the IAM page of the project.',
  authError: 'Is the key of the service account still valid?',
  invalid_grant: 'Is the key of the service account still valid, and the clock of this machine right?',
  billingNotEnabled: 'Enable billing for the project.',
  conflict: 'Names of buckets are unique in the world; set ifExists: SKIP to go on with one that is yours.',
  duplicate: 'Set ifExists: SKIP, or writeDisposition, to go on with what is there.',
  notFound: 'Is the name right, and the location that of the data?',
  quotaExceeded: 'Wait, or ask for more in the quota page of the project.',
  resourcesExceeded: 'Read less at a time, or split the query.',
  responseTooLarge: 'Give the query a destinationTable.',
  bytesBilledLimitExceeded: 'Raise maximumBytesBilled, or read less.',
};

/**
 * The error of a Google client as one for the reader of the log; what is none of Google's is given back as it is.
 * @param failed What could not be done: `Cannot create the bucket "a"`.
 */
export function explain(error: unknown, failed: string): unknown {
  if (error instanceof TaskError || !(error instanceof Error)) return error;
  if (/could not load the default credentials/i.test(error.message))
    return new TaskError('GCP_CREDENTIALS_INVALID', `${failed}: there are no credentials.`, {
      hint: 'Give the property "serviceAccount", best by pluginDefaults, or set GOOGLE_APPLICATION_CREDENTIALS.',
      retryable: false,
      cause: error,
    });
  if (/DECODER routines|PEM routines|asymmetric key/i.test(error.message))
    return new TaskError('GCP_CREDENTIALS_INVALID', `${failed}: the private_key of the service account is broken.`, {
      hint: 'Its line breaks must be \\n in the JSON text.',
      retryable: false,
    });
  const fault = faultOf(error);
  if (fault) return refusal(fault, failed, error);
  return isOfNetwork(error) ? unreachable(error, failed) : error;
}

/** The fault as an error. */
export function refusal(fault: GoogleFault, failed: string, cause?: unknown): TaskError {
  const { reason, status = 0 } = fault;
  const message = fault.message ?? 'no reason given';
  const hint = HINTS[reason ?? ''];
  return new TaskError('GCP_REFUSED', `${failed}: ${message}${reason ? ` (${reason})` : ''}`, {
    retryable: PASSING.has(reason ?? '') || status >= 500 || status === 429 || status === 408,
    ...(hint !== undefined && { hint }),
    ...(cause !== undefined && { cause }),
  });
}

interface ThrownByClient {
  readonly code?: number | string;
  readonly status?: number;
  readonly message: string;
  readonly errors?: readonly GoogleFault[];
  readonly response?: { readonly status?: number; readonly data?: { readonly error?: unknown; readonly error_description?: string } }; // prettier-ignore
}

/** What Google answered; `undefined` when the error is not an answer. */
export function faultOf(error: Error): GoogleFault | undefined {
  const { code, status, message, errors, response } = error as ThrownByClient;
  const statuses = [code, status, response?.status, /\bstatus: (\d{3})\b/.exec(message)?.[1]];
  const answered = statuses.map(Number).find((number) => number >= 400 && number < 600);
  const first = errors?.find(({ reason }) => Boolean(reason)) ?? errors?.[0];
  const token = response?.data?.error;
  if (answered === undefined && first === undefined) return undefined;
  if (typeof token === 'string')
    return { reason: token, message: response?.data?.error_description ?? token, status: answered ?? 0 };
  return { ...within(message), ...first, status: answered ?? 0 };
}

/** A refused download, and an upload that was tried in vain, have the whole answer in their message. */
function within(message: string): GoogleFault {
  const [, said] = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
  const [, reason] = /"reason":\s*"(\w+)"/.exec(message) ?? [];
  return { message: said ?? message, ...(reason !== undefined && { reason }) };
}

/** Codes of Node for a peer that is not found, not reached, not trusted, or gone; a full disk has other ones. */
const NETWORK =
  /^(ECONN\w+|ENOTFOUND|EAI_\w+|E\w*TIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|EPROTO|\w*CERT\w*|UND_ERR_\w+)$/;

const isOfNetwork = (error: Error): boolean =>
  NETWORK.test(String((error as ThrownByClient).code ?? '')) ||
  /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|socket hang up|fetch failed/.test(error.message);

const unreachable = (error: Error, failed: string): TaskError =>
  new TaskError('GCP_UNREACHABLE', `${failed}: Google Cloud does not answer: ${error.message}`, {
    hint: 'Can the runner reach the internet, or the endpoint that is set?',
    cause: error,
  });
