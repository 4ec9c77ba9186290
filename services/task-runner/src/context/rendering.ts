import type { JsonMap } from '@tutti/contracts';
import type { Call, Expressions, Json as Value, Vars } from '@tutti/expressions';
import { optionsOf } from '@tutti/plugin-sdk';
import type { AnyTask, Json } from '@tutti/plugin-sdk';
import type { SecretMask } from '../attempt/secret-mask.ts';

/** Who renders what: the variables a task run sees, and in whose name `kv()`, `secret()` and `read()` ask. */
export interface RenderingOptions {
  readonly expressions: Expressions;
  readonly variables: JsonMap;
  readonly call: Omit<Call, 'secrets'>;
  readonly mask: SecretMask;
}

/** Renders for one task run; every secret that was used is masked from then on. */
export class Rendering {
  readonly variables: JsonMap;
  readonly #expressions: Expressions;
  readonly #mask: SecretMask;
  readonly #secrets = new Set<string>();
  readonly #call: Call;

  constructor({ expressions, variables, call, mask }: RenderingOptions) {
    this.variables = variables;
    this.#expressions = expressions;
    this.#mask = mask;
    this.#call = { ...call, secrets: this.#secrets };
  }

  /** The properties as the declaration wants them: text, typed, or left alone. */
  async properties(declaration: AnyTask, properties: JsonMap): Promise<JsonMap> {
    const rendered = Object.entries(properties).map(async ([name, value = null]) => {
      const schema = declaration.properties[name];
      const { render = 'text' } = schema ? optionsOf(schema) : {};
      if (render === 'none' || render === 'elsewhere') return [name, value] as const;
      return [name, await (render === 'typed' ? this.typed(value) : this.text(value))] as const;
    });
    return Object.fromEntries(await Promise.all(rendered));
  }

  /** Every string in the value as text. */
  text(value: Json, extra?: JsonMap): Promise<Json> {
    return this.#masking(() => this.#expressions.renderAll(value as Value, this.#with(extra), this.#call));
  }

  /** Every string in the value; one that is a single expression keeps its type. */
  typed(value: Json, extra?: JsonMap): Promise<Json> {
    return this.#masking(() =>
      this.#expressions.renderAll(value as Value, this.#with(extra), this.#call, { typed: true }),
    );
  }

  #with(extra: JsonMap | undefined): Vars {
    return (extra ? { ...this.variables, ...extra } : this.variables) as Vars;
  }

  async #masking(render: () => Value | Promise<Value>): Promise<Json> {
    try {
      return await render();
    } finally {
      for (const secret of this.#secrets) this.#mask.add(secret);
      this.#secrets.clear();
    }
  }
}
