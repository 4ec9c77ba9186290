import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { UserError } from '@tutti/service-kit';
import busboy from 'busboy';

/** A file in a form. Its stream must be read to the end; one that is too large breaks off with an error. */
export interface FilePart {
  readonly name: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly stream: Readable;
}

/** What to take and what to do with files. */
export interface FormOptions {
  readonly maxFileBytes: number;
  readonly onFile: (part: FilePart) => Promise<void>;
}

/** A text field of a form. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}

const MAX_FIELD_BYTES = 10 * 1024 * 1024;
const MAX_FIELDS = 1_000;
const MAX_FILES = 100;

/** Whether a request carries a form with files. */
export const isMultipart = ({ headers }: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');

/**
 * Reads a form: files are handed on as they stream in, text fields are returned in their order.
 * @throws {UserError} FORM_INVALID, FILE_TOO_LARGE, FIELD_TOO_LARGE, FORM_TOO_LARGE; and what `onFile` throws.
 */
export async function readForm(request: IncomingMessage, { maxFileBytes, onFile }: FormOptions): Promise<FormField[]> {
  const fields: FormField[] = [];
  const files: Promise<void>[] = [];
  const parser = createParser(request, maxFileBytes);
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      request.unpipe(parser);
      request.resume();
      reject(asUserError(error));
    };
    parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated)
        fail(new UserError('FIELD_TOO_LARGE', `The field "${name}" is larger than ${MAX_FIELD_BYTES} bytes.`));
      fields.push({ name, value });
    });
    parser.on('file', (name, stream, { filename, mimeType }) => {
      stream.on('limit', () =>
        stream.destroy(new UserError('FILE_TOO_LARGE', `The file "${filename}" is larger than ${maxFileBytes} bytes.`)),
      );
      const stored = onFile({ name, fileName: filename ?? name, contentType: mimeType, stream });
      files.push(stored);
      stored.catch(fail);
    });
    for (const event of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
      parser.on(event, () =>
        fail(new UserError('FORM_TOO_LARGE', `A form may have ${MAX_FIELDS} fields and ${MAX_FILES} files.`)),
      );
    parser.on('error', fail);
    parser.on('close', resolve);
    request.on('aborted', () => fail(new UserError('FORM_INVALID', 'The upload broke off.')));
    request.pipe(parser);
  });
  await Promise.all(files);
  return fields;
}

function createParser(request: IncomingMessage, maxFileBytes: number): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { fileSize: maxFileBytes, fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, files: MAX_FILES },
    });
  } catch (cause) {
    throw asUserError(cause);
  }
}

function asUserError(error: unknown): unknown {
  const ownFault =
    error instanceof Error && !('code' in error) && /boundary|form|multipart|header/i.test(error.message);
  return ownFault
    ? new UserError('FORM_INVALID', `The form cannot be read: ${error.message}.`, { cause: error })
    : error;
}
