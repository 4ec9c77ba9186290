import type { Catalogue } from '../catalogue.ts';
import type { Findings, Path } from '../finding.ts';
import type { PlacedDefault } from './plugin-defaults.ts';

/** What all parts of the reader share while one flow is read. */
export interface Reader {
  readonly catalogue: Catalogue;
  readonly findings: Findings;
  /** Of the installation, the namespace and the flow. */
  readonly defaults: PlacedDefault[];
  readonly origins: Origins;
}

/** Where the parts of the canonical flow stand in the source; the checks after reading point there. */
export class Origins {
  readonly #paths = new WeakMap<object, Path>();
  readonly #properties = new WeakMap<object, ReadonlyMap<string, Path>>();

  set(of: object, path: Path, properties: ReadonlyMap<string, Path> = new Map()): void {
    this.#paths.set(of, path);
    this.#properties.set(of, properties);
  }

  /** The same places for a part that was made of another. */
  copy(from: object, to: object): void {
    this.set(to, this.of(from), this.#properties.get(from));
  }

  of(part: object): Path {
    return this.#paths.get(part) ?? [];
  }

  /** Path of a property by its canonical name. */
  property(part: object, name: string): Path {
    return this.#properties.get(part)?.get(name) ?? [...this.of(part), name];
  }
}
