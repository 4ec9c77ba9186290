import { subjects, type FlowEvent, type GetFlow, type GetFlowReply } from '@tutti/contracts';
import { requestPatiently, type Bus, type Subscription } from '@tutti/bus';
import { compile, type Catalogue, type Flow, type Plan, type TemplateReader } from '@tutti/flow-model';
import { UserError } from '@tutti/service-kit';

const LARGEST_CACHE = 5_000;
/** How long to wait for the flow-registry, which may be starting, ms. */
const REGISTRY_PATIENCE_MS = 30_000;

/**
 * Compiled flows. A revision never changes, so it is asked for once; which revision is the newest is remembered until
 * the registry says that the flow was saved or deleted.
 */
export class FlowSource {
  readonly #bus: Bus;
  readonly #catalogue: Catalogue;
  readonly #templates: TemplateReader;
  readonly #plans = new Map<string, Promise<Plan>>();
  readonly #newest = new Map<string, Promise<Plan>>();
  readonly #subscription: Subscription;

  constructor(bus: Bus, catalogue: Catalogue, templates: TemplateReader) {
    this.#templates = templates;
    this.#bus = bus;
    this.#catalogue = catalogue;
    this.#subscription = bus.listen<FlowEvent>('evt.flow.>', ({ record }) =>
      this.#newest.delete(`${record.namespace}/${record.id}`),
    );
    bus.onReconnect(() => this.#newest.clear());
  }

  /**
   * The plan of a flow, of its newest revision unless one is named. A revision is found after its flow was deleted too.
   * @throws {UserError} FLOW_UNKNOWN
   */
  plan(namespace: string, id: string, revision?: number): Promise<Plan> {
    const key = revision === undefined ? `${namespace}/${id}` : `${namespace}/${id}/${revision}`;
    const cache = revision === undefined ? this.#newest : this.#plans;
    const known = cache.get(key);
    if (known) return known;
    const loading = this.#load({ namespace, id, ...(revision !== undefined && { revision, allowDeleted: true }) });
    cache.set(key, loading);
    loading.catch(() => cache.delete(key));
    if (cache.size > LARGEST_CACHE) cache.delete(cache.keys().next().value!);
    return loading;
  }

  async stop(): Promise<void> {
    await this.#subscription.stop();
  }

  async #load(query: GetFlow): Promise<Plan> {
    const { record } = await requestPatiently<GetFlowReply>(this.#bus, subjects.flow('get'), query, {
      deadlineMs: REGISTRY_PATIENCE_MS,
    });
    if (!record?.flow) {
      const which = query.revision === undefined ? '' : ` in revision ${query.revision}`;
      throw new UserError('FLOW_UNKNOWN', `There is no flow ${query.namespace}.${query.id}${which}.`, {
        hint: 'Check the namespace and the id; a deleted flow must be saved again.',
      });
    }
    const plan = compile(record.flow as unknown as Flow, this.#catalogue, this.#templates);
    this.#plans.set(`${query.namespace}/${query.id}/${record.revision}`, Promise.resolve(plan));
    return plan;
  }
}
