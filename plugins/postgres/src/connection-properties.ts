import { s } from '@tutti/plugin-sdk';

const SSL_MODES = ['DISABLE', 'ALLOW', 'PREFER', 'REQUIRE', 'VERIFY_CA', 'VERIFY_FULL'] as const;

/** How strictly a connection is encrypted. */
export type SslMode = (typeof SSL_MODES)[number];

/** Where the database is, and as whom to connect. */
export const connectionProperties = {
  url: s.url().describe('Address: jdbc:postgresql://host:5432/database, or postgresql://… .'),
  username: s.string().optional().describe('User.'),
  password: s.string().optional().describe('Password.'),
  timeZoneId: s.string().optional().describe('Time zone of the session.'),
  ssl: s.boolean().default(false).describe('Whether the connection must be encrypted.'),
  sslMode: s.enum(SSL_MODES).optional().describe('How strictly; PREFER when left out.'),
  sslRootCert: s.string().optional().describe('Certificate of the authority, PEM.'),
  sslCert: s.string().optional().describe('Certificate of the client, PEM.'),
  sslKey: s.string().optional().describe('Key of the client, PEM.'),
  sslKeyPassword: s.string().optional().describe('Password of that key.'),
  connectionPooling: s.boolean().optional().describe('Accepted; each task has a connection of its own.'),
  connectionPoolSize: s.int().optional().describe('Accepted; each task has a connection of its own.'),
  autocommit: s.boolean().optional().describe('Accepted; statements that forbid a transaction run without one.'),
} as const;

/** The properties above, parsed. */
export type ConnectionProperties = {
  readonly [Name in keyof typeof connectionProperties]: (typeof connectionProperties)[Name]['_zod']['output'];
};
