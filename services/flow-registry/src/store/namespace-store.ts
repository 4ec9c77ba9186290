import type { JsonMap, NamespaceRecord } from '@tutti/contracts';
import type { DataSource, Repository } from 'typeorm';
import { In } from 'typeorm';
import { namespaceEntity, type NamespaceRow } from './entities.ts';

/** What namespaces say for the flows in them. */
export class NamespaceStore {
  readonly #source: DataSource;
  readonly #namespaces: Repository<NamespaceRow>;

  constructor(source: DataSource) {
    this.#source = source;
    this.#namespaces = source.getRepository(namespaceEntity);
  }

  async find(ids: readonly string[]): Promise<NamespaceRecord[]> {
    return (await this.#namespaces.findBy({ id: In(ids) })).map(recordOf);
  }

  async save({ id, description, pluginDefaults }: NamespaceRecord, nowMs: number): Promise<void> {
    await this.#namespaces.upsert(
      { id, description: description ?? null, pluginDefaults: [...pluginDefaults], updatedAtMs: nowMs },
      ['id'],
    );
  }

  /** Every namespace that is described or has a flow, a pair or a file. */
  async ids(): Promise<string[]> {
    const rows = await this.#source.query<{ id: string }[]>(
      `SELECT id FROM registry.namespaces UNION SELECT namespace FROM registry.flows WHERE newest AND NOT deleted
        UNION SELECT namespace FROM registry.key_values UNION SELECT namespace FROM registry.files ORDER BY id`,
    );
    return rows.map(({ id }) => id);
  }
}

function recordOf({ id, description, pluginDefaults }: NamespaceRow): NamespaceRecord {
  return { id, pluginDefaults: pluginDefaults as JsonMap[], ...(description !== null && { description }) };
}
