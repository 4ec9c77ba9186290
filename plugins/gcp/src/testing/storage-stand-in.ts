import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CRC32C } from '@google-cloud/storage';
import { Refusal, jsonOf, partsOfUpload } from './http.ts';
import type { Answer, Call, Route } from './http.ts';

interface StoredObject {
  readonly bucket: string;
  readonly name: string;
  readonly file: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

interface Session {
  readonly bucket: string;
  readonly resource: Record<string, unknown>;
  readonly chunks: Buffer[];
}

/** Cloud Storage for tests: buckets and objects in a folder, by the JSON API. No access control, no versions. */
export class StorageStandIn {
  readonly #folder: string;
  readonly #buckets = new Map<string, Record<string, unknown>>();
  readonly #objects = new Map<string, StoredObject>();
  readonly #sessions = new Map<string, Session>();
  #count = 0;
  #brokenChunks = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  readonly routes: readonly Route[] = [
    ['POST', /^\/storage\/v1\/b$/, (call) => this.#createBucket(call)],
    ['GET', /^\/storage\/v1\/b\/([^/]+)$/, (_, bucket) => ({ body: this.bucket(bucket) })],
    ['PATCH', /^\/storage\/v1\/b\/([^/]+)$/, (call, bucket) => ({ body: Object.assign(this.bucket(bucket), jsonOf(call)) })], // prettier-ignore
    ['DELETE', /^\/storage\/v1\/b\/([^/]+)$/, (_, bucket) => this.#deleteBucket(bucket)],
    ['POST', /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/, (call, bucket) => this.#upload(call, bucket)],
    ['PUT', /^\/upload\/storage\/v1\/sessions\/(\w+)$/, (call, session) => this.#resume(call, session)],
    ['GET', /^\/storage\/v1\/b\/([^/]+)\/o$/, (call, bucket) => this.#list(call, bucket)],
    ['POST', /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)\/rewriteTo\/b\/([^/]+)\/o\/([^/]+)$/, (_, ...places) => this.#copy(places)], // prettier-ignore
    ['POST', /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)\/compose$/, (call, ...place) => this.#compose(call, place)],
    ['GET', /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/, (call, bucket, name) => this.#get(call, bucket, name)],
    ['DELETE', /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/, (_, bucket, name) => this.#delete(bucket, name)],
  ];

  /** The next part of an upload is lost. */
  breakNextChunk(): void {
    this.#brokenChunks++;
  }

  /** Paths of the files behind an address that may hold `*`, in the order of their names. */
  filesOf(uri: string): string[] {
    const pattern = new RegExp(
      `^${uri
        .slice('gs://'.length)
        .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')}$`,
    );
    const found = [...this.#objects].filter(([key]) => pattern.test(key)).sort(([a], [b]) => (a < b ? -1 : 1));
    return found.map(([, { file }]) => file);
  }

  /** An object, as the API gives it. */
  resource(bucket: string, name: string): StoredObject['resource'] {
    return this.#object(bucket, name).resource;
  }

  /** Stores an object, as BigQuery does with what it extracts. */
  async put(
    bucket = '',
    name = '',
    content: Buffer | string,
    resource: object = {},
  ): Promise<StoredObject['resource']> {
    this.bucket(bucket);
    const bytes = Buffer.from(content);
    const generation = String(++this.#count);
    const file = join(this.#folder, generation, name.split('/').at(-1) || 'object');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    const crc32c = new CRC32C();
    crc32c.update(bytes);
    const now = new Date().toISOString();
    const own = { kind: 'storage#object', id: `${bucket}/${name}/${generation}`, bucket, name, generation };
    const hashes = { md5Hash: createHash('md5').update(bytes).digest('base64'), crc32c: crc32c.toString() };
    const whole = { ...resource, ...own, ...hashes, size: String(bytes.length), timeCreated: now, updated: now };
    this.#objects.set(`${bucket}/${name}`, { bucket, name, file, resource: whole });
    return whole;
  }

  #createBucket(call: Call): Answer {
    const resource = jsonOf(call);
    const name = String(resource['name']);
    if (this.#buckets.has(name))
      throw new Refusal(409, 'conflict', 'Your previous request to create the named bucket succeeded and you already own it.'); // prettier-ignore
    const now = new Date().toISOString();
    this.#buckets.set(name, { kind: 'storage#bucket', location: 'US', storageClass: 'STANDARD', ...resource, id: name, timeCreated: now, updated: now }); // prettier-ignore
    return { body: this.bucket(name) };
  }

  /** A bucket, as the API gives it. */
  bucket(name = ''): Record<string, unknown> {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw new Refusal(404, 'notFound', 'The specified bucket does not exist.');
    return bucket;
  }

  #deleteBucket(name = ''): Answer {
    this.bucket(name);
    if ([...this.#objects.values()].some(({ bucket }) => bucket === name))
      throw new Refusal(409, 'conflict', 'The bucket you tried to delete is not empty.');
    this.#buckets.delete(name);
    return { status: 204 };
  }

  async #upload(call: Call, bucket = ''): Promise<Answer> {
    const { searchParams } = call.url;
    this.bucket(bucket);
    if (searchParams.get('uploadType') === 'multipart') {
      const [resource, content] = partsOfUpload(call);
      return { body: await this.#receive(bucket, { ...resource, name: resource['name'] ?? searchParams.get('name') }, content) }; // prettier-ignore
    }
    const id = `s${++this.#count}`;
    const resource = { ...jsonOf(call), name: searchParams.get('name') ?? jsonOf(call)['name'] };
    this.#sessions.set(id, { bucket, resource, chunks: [] });
    return { headers: { location: `${call.origin}/upload/storage/v1/sessions/${id}` } };
  }

  async #resume({ headers, body }: Call, id = ''): Promise<Answer> {
    const session = this.#sessions.get(id);
    if (!session) throw new Refusal(404, 'notFound', 'There is no such upload.');
    const [, asks, total] = /^bytes (\*)?.*?\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
    if (asks === undefined && this.#brokenChunks > 0) {
      this.#brokenChunks--;
      throw new Refusal(503, 'backendError', 'The stand-in was told to lose this part.');
    }
    if (asks === undefined) session.chunks.push(body);
    const content = Buffer.concat(session.chunks);
    if (content.length !== Number(total))
      return { status: 308, headers: content.length > 0 ? { range: `bytes=0-${content.length - 1}` } : {} };
    return { body: await this.#receive(session.bucket, session.resource, content) };
  }

  async #receive(bucket: string, wished: Record<string, unknown>, content: Buffer): Promise<object> {
    const md5 = createHash('md5').update(content).digest('base64');
    if (wished['md5Hash'] !== undefined && wished['md5Hash'] !== md5)
      throw new Refusal(400, 'invalid', `Provided MD5 hash doesn't match calculated MD5 hash "${md5}".`); // prettier-ignore
    return this.put(bucket, String(wished['name']), content, wished);
  }

  #list({ url }: Call, bucket = ''): Answer {
    this.bucket(bucket);
    const [prefix, delimiter] = [url.searchParams.get('prefix') ?? '', url.searchParams.get('delimiter')];
    const below = [...this.#objects.values()].filter((object) => object.bucket === bucket && object.name.startsWith(prefix)); // prettier-ignore
    const folderOf = ({ name }: StoredObject): string | undefined => {
      const end = delimiter === null ? -1 : name.indexOf(delimiter, prefix.length);
      return end < 0 ? undefined : name.slice(0, end + 1);
    };
    const prefixes = [...new Set(below.map(folderOf).filter((folder) => folder !== undefined))].sort();
    const items = below.filter((object) => folderOf(object) === undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
    const from = Number(url.searchParams.get('pageToken') ?? 0);
    const to = from + PAGE_SIZE;
    const next = to < items.length && { nextPageToken: String(to) };
    return { body: { items: items.slice(from, to).map(({ resource }) => resource), ...(from === 0 && { prefixes }), ...next } }; // prettier-ignore
  }

  async #get({ url, headers }: Call, bucket = '', name = ''): Promise<Answer> {
    const object = this.#object(bucket, name);
    const { resource } = object;
    if (url.searchParams.get('alt') !== 'media') return { body: resource };
    const hash = `crc32c=${String(resource['crc32c'])},md5=${String(resource['md5Hash'])}`;
    const content = await readFile(object.file);
    const [, start, end] = /bytes=(\d+)-(\d*)/.exec(headers.range ?? '') ?? [];
    return { headers: { 'x-goog-hash': hash }, body: start === undefined ? content : content.subarray(Number(start), end ? Number(end) + 1 : undefined) }; // prettier-ignore
  }

  async #copy([fromBucket = '', fromName = '', toBucket = '', toName = '']: string[]): Promise<Answer> {
    const source = this.#object(fromBucket, fromName);
    const resource = await this.put(toBucket, toName, await readFile(source.file), source.resource);
    return { body: { done: true, resource, totalBytesRewritten: resource['size'], objectSize: resource['size'] } };
  }

  async #compose(call: Call, [bucket = '', name = '']: string[]): Promise<Answer> {
    const { sourceObjects } = jsonOf(call) as { readonly sourceObjects: readonly { readonly name: string }[] };
    const parts = await Promise.all(sourceObjects.map((part) => readFile(this.#object(bucket, part.name).file)));
    return { body: await this.put(bucket, name, Buffer.concat(parts)) };
  }

  async #delete(bucket = '', name = ''): Promise<Answer> {
    await rm(this.#object(bucket, name).file);
    this.#objects.delete(`${bucket}/${name}`);
    return { status: 204 };
  }

  #object(bucket: string, name: string): StoredObject {
    const object = this.#objects.get(`${bucket}/${name}`);
    if (!object) throw new Refusal(404, 'notFound', `No such object: ${bucket}/${name}`);
    return object;
  }
}

/** Small, so that tests see several pages. */
const PAGE_SIZE = 3;
