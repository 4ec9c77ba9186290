import type { Call, Expressions, Vars } from '@tutti/expressions';
import type { Flow, InputDeclaration, InputType } from '../flow.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import { convertValue } from './convert-value.ts';
import { InputFault } from './input-fault.ts';
import { validateValue } from './validate-value.ts';

/** What the templates in declarations of inputs may ask for. */
export interface InputContext {
  readonly nowMs: number;
  readonly expressions: Pick<Expressions, 'renderTyped' | 'renderAll' | 'test'>;
  readonly call: Call;
  readonly labels?: readonly { readonly key: string; readonly value: string }[];
}

/** The parts of a flow that inputs need; the `onResume` inputs of a pause come with those of their flow. */
export type InputOwner = Pick<Flow, 'inputs'> & Partial<Pick<Flow, 'id' | 'namespace' | 'revision' | 'variables'>>;

/** One input with what was given for it. */
export interface ExaminedInput {
  readonly input: InputDeclaration;
  /** Its value, converted; absent when it is not enabled or has a fault, `null` when there is none. */
  readonly value?: Json;
  /** What it depends on is there and its condition holds; one that is not enabled does not exist. */
  readonly enabled: boolean;
  readonly isDefault: boolean;
  /** What is wrong, as a sentence. */
  readonly fault?: string;
  /** Values to choose from, rendered. */
  readonly choices?: readonly Json[];
}

/** Looks at every input: whether it is asked for, its value or default, and all faults; in order of declaration. */
export async function examineInputs(
  owner: InputOwner,
  given: JsonMap,
  context: InputContext,
): Promise<ExaminedInput[]> {
  const examiner = new Examiner(owner, given, context);
  const examined: ExaminedInput[] = [];
  for (const input of owner.inputs) examined.push(await examiner.examine(input.id));
  return examined;
}

/** Text that was left empty counts as nothing, except where the empty text is a value. */
const EMPTY_IS_A_VALUE: ReadonlySet<InputType> = new Set(['STRING', 'EMAIL', 'SECRET']);

class Examiner {
  readonly #owner: InputOwner;
  readonly #given: JsonMap;
  readonly #context: InputContext;
  readonly #byId: ReadonlyMap<string, InputDeclaration>;
  readonly #done = new Map<string, Promise<ExaminedInput>>();

  constructor(owner: InputOwner, given: JsonMap, context: InputContext) {
    this.#owner = owner;
    this.#given = given;
    this.#context = context;
    this.#byId = new Map(owner.inputs.map((input) => [input.id, input]));
  }

  /** Each input once, after those it depends on; dependencies have no cycles, or the flow could not be saved. */
  examine(id: string): Promise<ExaminedInput> {
    const known = this.#done.get(id);
    if (known) return known;
    const examined = this.#examine(this.#byId.get(id)!);
    this.#done.set(id, examined);
    return examined;
  }

  async #examine(input: InputDeclaration): Promise<ExaminedInput> {
    const { id, type } = input;
    const absent = { input, enabled: false, isDefault: false };
    try {
      const vars = await this.#varsFor(input);
      if (!vars || !(await this.#holds(input, vars))) return absent;
      const choices = await this.#choices(input, vars);
      const offered = choices && { choices };
      const { value, isDefault } = await this.#rawValue(input, vars, choices);
      if (value === null && input.required)
        return { ...absent, enabled: true, fault: `Missing required input:${id}`, ...offered };
      if (value === null) return { input, enabled: true, isDefault: false, value, ...offered };
      const read = type === 'ION' && typeof value === 'string' ? await this.#fromIon(value) : value;
      const converted = convertValue(type, read, input.properties['itemType'] as InputType | undefined);
      validateValue(input, converted, choices);
      return { input, enabled: true, isDefault, value: converted, ...offered };
    } catch (error) {
      return { ...absent, enabled: true, fault: `Invalid value for input \`${id}\`. Cause: ${messageOf(error)}` };
    }
  }

  /** The names its templates see: of the other inputs only those it depends on. Nothing when one of these is absent. */
  async #varsFor({ dependsOn }: InputDeclaration): Promise<Vars | undefined> {
    const { id, namespace, revision, variables } = this.#owner;
    const { call, labels = [] } = this.#context;
    const needed: [string, Json][] = [];
    for (const other of dependsOn?.inputs ?? []) {
      const examined = this.#byId.has(other) ? await this.examine(other) : undefined;
      if (!examined?.enabled) return undefined;
      needed.push([other, examined.value ?? null]);
    }
    const vars = {
      flow: { id: id ?? null, namespace: namespace ?? null, revision: revision ?? null },
      execution: { id: call.executionId ?? null },
      labels: Object.fromEntries(labels.map(({ key, value }) => [key, value])),
      vars: variables ?? {},
      ...(needed.length > 0 && { inputs: nest(needed) }),
    };
    return vars as Vars;
  }

  async #holds({ dependsOn }: InputDeclaration, vars: Vars): Promise<boolean> {
    const { expressions, call } = this.#context;
    return dependsOn?.condition === undefined || (await expressions.test(dependsOn.condition, vars, call));
  }

  async #choices({ properties }: InputDeclaration, vars: Vars): Promise<readonly Json[] | undefined> {
    const { expressions, call } = this.#context;
    if (isJsonList(properties['values'])) return properties['values'];
    if (typeof properties['expression'] !== 'string') return undefined;
    const rendered = (await expressions.renderTyped(properties['expression'], vars, call)) as Json;
    const list = typeof rendered === 'string' ? convertValue('JSON', rendered) : rendered;
    if (!isJsonList(list)) throw new InputFault('its expression does not render to a list');
    return list;
  }

  /** The first value of a text in Ion, by the function of the expression language. */
  async #fromIon(text: string): Promise<Json> {
    const { expressions, call } = this.#context;
    return (await expressions.renderTyped('{{ fromIon(text) }}', { text }, call)) as Json;
  }

  /** What was given; else the default, rendered; else the first choice where that is wanted; else null. */
  async #rawValue(input: InputDeclaration, vars: Vars, choices: readonly Json[] | undefined) {
    const given = this.#givenFor(input);
    if (given !== null) return { value: given, isDefault: false };
    const { expressions, call } = this.#context;
    if (input.defaults !== undefined && input.defaults !== null) {
      const value = (await expressions.renderAll(input.defaults as never, vars, call, { typed: true })) as Json;
      return { value, isDefault: true };
    }
    const first = input.properties['autoSelectFirst'] === true ? choices?.[0] : undefined;
    return { value: first ?? null, isDefault: first !== undefined };
  }

  /** Under its own name, `a.b`, or within the map `a`. */
  #givenFor({ id, type }: InputDeclaration): Json {
    const value = this.#given[id] ?? valueWithin(this.#given, id.split('.'));
    if (value === undefined || (value === '' && !EMPTY_IS_A_VALUE.has(type))) return null;
    return value;
  }
}

function valueWithin(map: JsonMap, steps: readonly string[]): Json | undefined {
  let value: Json | undefined = map;
  for (const step of steps) value = isJsonMap(value) ? value[step] : undefined;
  return value;
}

/** Values whose names have dots as maps in maps: `a.b` becomes `{a: {b: …}}`. */
export function nest(values: Iterable<readonly [string, Json]>): JsonMap {
  const root: Record<string, Json> = {};
  for (const [id, value] of values) {
    const steps = id.split('.');
    const last = steps.pop()!;
    let map = root;
    for (const step of steps) map = (map[step] = isJsonMap(map[step]) ? map[step] : {}) as Record<string, Json>;
    map[last] = value;
  }
  return root;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
