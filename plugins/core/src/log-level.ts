import { s } from '@tutti/plugin-sdk';

/** A level of log lines, rising. */
export const logLevel = () => s.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR']);
