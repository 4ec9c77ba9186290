import type { Catalogue } from '../catalogue.ts';
import { relocated } from '../dialect/relocations.ts';
import type { Editable } from './editable.ts';
import { sourceParts } from './source-parts.ts';

/** Writes the newer name of every type that has one. */
export function renameTypes(flow: Editable, catalogue: Catalogue): void {
  for (const { data, path } of sourceParts(flow.data, catalogue)) {
    const { type } = data;
    const newer = typeof type === 'string' ? relocated(type) : undefined;
    if (newer === undefined) continue;
    flow.setScalar([...path, 'type'], newer);
    flow.changed([...path, 'type'], `${String(type as string)} -> ${newer}`);
  }
}
