import type { Catalogue } from '../catalogue.ts';
import type { Findings } from '../finding.ts';
import type { PlacedDefault } from '../read/plugin-defaults.ts';
import type { Origins } from '../read/reader.ts';
import type { SourceDocument } from '../yaml/source-document.ts';

/** What the checks of a flow share once it has been read. */
export interface Checked {
  readonly catalogue: Catalogue;
  readonly findings: Findings;
  readonly defaults: readonly PlacedDefault[];
  readonly origins: Origins;
  readonly document: SourceDocument;
}
