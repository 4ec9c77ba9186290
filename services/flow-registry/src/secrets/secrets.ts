import type { Clock } from '@tutti/service-kit';
import { UserError } from '@tutti/service-kit';
import { lineage } from '../rules/namespaces.ts';
import type { SecretStore } from '../store/secret-store.ts';
import { openSecretBox, type SecretBox } from '@tutti/service-kit';

export interface SecretsOptions {
  readonly store: SecretStore;
  readonly environment: ReadonlyMap<string, string>;
  readonly keyFile: string;
  readonly clock: Clock;
}

/** Secrets of a namespace, of those it lies in, and of the environment; the nearest counts. */
export class Secrets {
  readonly #store: SecretStore;
  readonly #environment: ReadonlyMap<string, string>;
  readonly #keyFile: string;
  readonly #clock: Clock;
  #box: Promise<SecretBox> | undefined;

  constructor({ store, environment, keyFile, clock }: SecretsOptions) {
    this.#store = store;
    this.#environment = environment;
    this.#keyFile = keyFile;
    this.#clock = clock;
  }

  async get(namespace: string, key: string): Promise<string | undefined> {
    const places = lineage(namespace);
    const rows = await this.#store.find(places, key);
    const nearest = places.flatMap((place) => rows.filter((row) => row.namespace === place))[0];
    if (nearest) return (await this.#opened()).open(placeOf(nearest.namespace, key), nearest);
    return this.#environment.get(key.toUpperCase());
  }

  async set(namespace: string, key: string, value: string): Promise<void> {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(key))
      throw new UserError('SECRET_KEY_NAME_INVALID', `A secret cannot be called "${key}".`, {
        hint: 'Use letters, digits, ".", "_" and "-".',
      });
    const sealed = (await this.#opened()).seal(placeOf(namespace, key), value);
    await this.#store.set({ namespace, key, ...sealed, updatedAtMs: this.#clock.nowMs() });
  }

  delete(namespace: string, key: string): Promise<boolean> {
    return this.#store.delete(namespace, key);
  }

  keys(namespace: string): Promise<string[]> {
    return this.#store.keys(namespace);
  }

  /** The key file is read, or made, when the first secret is stored or opened. */
  #opened(): Promise<SecretBox> {
    this.#box ??= openSecretBox(this.#keyFile);
    this.#box.catch(() => (this.#box = undefined));
    return this.#box;
  }
}

const placeOf = (namespace: string, key: string): string => `${namespace}/${key}`;
