import { property, s } from '@tutti/plugin-sdk';

const logged = s.enum(['REQUEST_HEADERS', 'REQUEST_BODY', 'RESPONSE_HEADERS', 'RESPONSE_BODY']);

const auth = s.object({
  type: s.enum(['BASIC', 'BEARER']).default('BASIC'),
  username: s.string().optional(),
  password: s.string().optional(),
  token: s.string().optional(),
});

const proxy = s.object({
  type: s.string().optional(),
  address: s.string().optional(),
  port: s.int().optional(),
  username: s.string().optional(),
  password: s.string().optional(),
});

/** Today's nested names, and the flat ones of before 0.21, which say the same. */
const options = s.object({
  timeout: s.object({ connectTimeout: s.duration().optional(), readIdleTimeout: s.duration().optional() }).optional(),
  proxy: proxy.optional(),
  auth: auth.optional(),
  ssl: s.object({ insecureTrustAllCertificates: s.boolean().optional() }).optional(),
  followRedirects: s.boolean().default(true),
  allowFailed: s.boolean().default(false),
  allowedResponseCodes: s.list(s.int()).default([]),
  defaultCharset: s.string().default('UTF-8'),
  logs: s.list(logged).default([]),
  connectTimeout: s.duration().optional(),
  readTimeout: s.duration().optional(),
  readIdleTimeout: s.duration().optional(),
  connectionPoolIdleTimeout: s.duration().optional(),
  maxContentLength: s.int().optional(),
  proxyType: s.string().optional(),
  proxyAddress: s.string().optional(),
  proxyPort: s.int().optional(),
  proxyUsername: s.string().optional(),
  proxyPassword: s.string().optional(),
  basicAuthUser: s.string().optional(),
  basicAuthPassword: s.string().optional(),
  logLevel: s.string().optional(),
});

/** Methods of HTTP. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'] as const;

/** What every HTTP task takes. */
export const httpProperties = {
  uri: s.url().describe('Address, http or https.'),
  method: s.enum(METHODS).default('GET').describe('Method of the request.'),
  params: s.record(s.string()).optional().describe('Parameters added to the address.'),
  headers: s.record(s.string()).default({}).describe('Headers of the request.'),
  contentType: s.string().optional().describe('Content type of the body; told from the body when left out.'),
  body: s.string().optional().describe('Body of the request.'),
  formData: property(
    s
      .record(s.json())
      .optional()
      .describe('Fields of a form: text, the URI of a stored file, or a map of `name` and `content` for a named file.'),
    {},
  ),
  options: options.optional().describe('Timeouts, proxy, authentication, redirects and what is logged.'),
  sslOptions: s.object({ insecureTrustAllCertificates: s.boolean().optional() }).optional().describe('Deprecated: see options.ssl.'), // prettier-ignore
  allowFailed: s.boolean().optional().describe('Deprecated: see options.allowFailed.'),
} as const;

/** What every HTTP task gives. */
export const httpOutputs = {
  uri: s.string().describe('The address that was asked; of a download, the stored file.'),
  code: s.int().describe('Status of the answer.'),
  headers: s.record(s.list(s.string())).describe('Headers of the answer: values by name, in lower case.'),
} as const;

/** The properties of an HTTP task, parsed. */
export type HttpProperties = {
  readonly [Name in keyof typeof httpProperties]: (typeof httpProperties)[Name]['_zod']['output'];
};

/** What is left to decide nothing about: both spellings, with defaults. */
export interface HttpSettings {
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly followRedirects: boolean;
  readonly trustAll: boolean;
  readonly authorization: string | undefined;
  readonly proxyUrl: string | undefined;
  readonly logs: readonly string[];
  accepts(status: number): boolean;
}

const CONNECT_TIMEOUT_MS = 10_000;
const READ_TIMEOUT_MS = 300_000;

/** Both spellings of the options as one. */
export function httpSettingsOf({ options: given, sslOptions, allowFailed }: HttpProperties): HttpSettings {
  const chosen = given ?? options.parse({});
  const { timeout, ssl, followRedirects, allowedResponseCodes, logs } = chosen;
  const trustAll = ssl?.insecureTrustAllCertificates ?? sslOptions?.insecureTrustAllCertificates ?? false;
  return {
    connectTimeoutMs: timeout?.connectTimeout ?? chosen.connectTimeout ?? CONNECT_TIMEOUT_MS,
    readTimeoutMs: timeout?.readIdleTimeout ?? chosen.readTimeout ?? READ_TIMEOUT_MS,
    followRedirects,
    trustAll,
    authorization: authorizationOf(chosen),
    proxyUrl: proxyOf(chosen),
    logs,
    accepts: (status) =>
      status < 400 || chosen.allowFailed || allowFailed === true || allowedResponseCodes.includes(status),
  };
}

type Options = ReturnType<typeof options.parse>;

function authorizationOf({ auth: given, basicAuthUser, basicAuthPassword }: Options): string | undefined {
  if (given?.type === 'BEARER') return `Bearer ${given.token ?? ''}`;
  const user = given?.username ?? basicAuthUser;
  if (user === undefined) return undefined;
  return `Basic ${Buffer.from(`${user}:${given?.password ?? basicAuthPassword ?? ''}`).toString('base64')}`;
}

function proxyOf({ proxy: given, ...flat }: Options): string | undefined {
  const address = given?.address ?? flat.proxyAddress;
  if (address === undefined) return undefined;
  const url = new URL(`http://${address}:${given?.port ?? flat.proxyPort ?? 80}`);
  url.username = given?.username ?? flat.proxyUsername ?? '';
  url.password = given?.password ?? flat.proxyPassword ?? '';
  return url.href;
}
