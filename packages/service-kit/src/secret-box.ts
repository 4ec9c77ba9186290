import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from './user-error.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealed {
  readonly keyId: string;
  /** Nonce, tag and cipher text in one. */
  readonly sealed: Buffer;
}

/** Seals secrets with AES-256-GCM. The place of a secret is part of the seal: moved to another key, it does not open. */
export class SecretBox {
  readonly keyId: string;
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
    this.keyId = createHash('sha256').update(key).digest('hex').slice(0, 16);
  }

  seal(place: string, value: string): Sealed {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(place));
    const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    return { keyId: this.keyId, sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]) };
  }

  /** @throws {UserError} SECRET_UNREADABLE when it was sealed with another key, for another place, or was changed. */
  open(place: string, { keyId, sealed }: Sealed): string {
    if (keyId !== this.keyId) throw unreadable(place, `it was sealed with the key ${keyId}, this one is ${this.keyId}`);
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(place)).setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    } catch {
      throw unreadable(place, 'it was changed after it had been sealed');
    }
  }
}

function unreadable(place: string, why: string): UserError {
  return new UserError('SECRET_UNREADABLE', `The secret ${place} cannot be opened: ${why}.`, {
    hint: 'Bring back the key file it was stored with, or store the secret again.',
  });
}

/**
 * The box of a key file; the file is made when it is not there, readable by its owner only.
 * @throws {UserError} SECRET_KEY_INVALID
 */
export async function openSecretBox(file: string): Promise<SecretBox> {
  const key = Buffer.from((await readOrMake(file)).trim(), 'base64');
  if (key.length === KEY_BYTES) return new SecretBox(key);
  throw new UserError('SECRET_KEY_INVALID', `The key file ${file} does not hold ${KEY_BYTES} bytes in base64.`, {
    hint: 'Bring back the original file; a new key cannot open the secrets that are stored.',
  });
}

async function readOrMake(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(dirname(file), { recursive: true });
  const key = randomBytes(KEY_BYTES).toString('base64');
  try {
    const handle = await open(file, 'wx', 0o600); // only one of several that start at once makes it
    await handle.writeFile(`${key}\n`);
    await handle.sync();
    await handle.close();
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFile(file, 'utf8');
  }
}
