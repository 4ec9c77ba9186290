import type { DataSource, Repository } from 'typeorm';
import { In } from 'typeorm';
import { secretEntity, type SecretRow } from './entities.ts';

/** Secrets as they are stored: sealed. */
export class SecretStore {
  readonly #secrets: Repository<SecretRow>;

  constructor(source: DataSource) {
    this.#secrets = source.getRepository(secretEntity);
  }

  find(namespaces: readonly string[], key: string): Promise<SecretRow[]> {
    return this.#secrets.findBy({ namespace: In(namespaces), key });
  }

  async set(secret: SecretRow): Promise<void> {
    await this.#secrets.upsert({ ...secret }, ['namespace', 'key']);
  }

  async delete(namespace: string, key: string): Promise<boolean> {
    return ((await this.#secrets.delete({ namespace, key })).affected ?? 0) > 0;
  }

  async keys(namespace: string): Promise<string[]> {
    const rows = await this.#secrets.find({ where: { namespace }, select: { key: true }, order: { key: 'ASC' } });
    return rows.map(({ key }) => key);
  }
}
