import type { Expressions } from '@tutti/expressions';
import { identifyFlow, parseFlow, type Catalogue, type ParsedFlow, type PluginDefault } from '@tutti/flow-model'; // prettier-ignore
import { pluginDefaultsOf } from './rules/plugin-defaults.ts';
import { lineage } from './rules/namespaces.ts';
import type { NamespaceStore } from './store/namespace-store.ts';

export interface FlowReaderOptions {
  readonly catalogue: Catalogue;
  readonly namespaces: NamespaceStore;
  readonly expressions: Expressions;
  readonly installationDefaults: readonly PluginDefault[];
}

/** Parses and checks flows with everything that this installation adds: types, plugin defaults, expressions. */
export class FlowReader {
  readonly #options: FlowReaderOptions;

  constructor(options: FlowReaderOptions) {
    this.#options = options;
  }

  async read(source: string, firstLine = 1): Promise<ParsedFlow> {
    const { catalogue, expressions, installationDefaults } = this.#options;
    const { namespace = '' } = identifyFlow(source);
    return parseFlow(source, catalogue, {
      firstLine,
      templates: expressions,
      defaults: { installation: installationDefaults, namespace: await this.#defaultsOf(namespace) },
    });
  }

  /** The defaults of a namespace and those it lies in, the nearest last: it wins. */
  async #defaultsOf(namespace: string): Promise<PluginDefault[]> {
    const places = lineage(namespace);
    const records = await this.#options.namespaces.find(places);
    const farthestFirst = records.toSorted((left, right) => left.id.length - right.id.length);
    return farthestFirst.flatMap(({ pluginDefaults }) => pluginDefaultsOf(pluginDefaults));
  }
}
