import type { JsonMap } from '../json.ts';
import { examineInputs, nest, type InputContext, type InputOwner } from './examine-inputs.ts';

export interface CheckedInputs {
  /** Typed values, nested by the dots of their ids; inputs that are not enabled are absent, empty ones null. */
  readonly values: JsonMap;
  /** Every fault, in order of declaration. */
  readonly faults: readonly { readonly input: string; readonly message: string }[];
  /** Names that were given but that the flow does not declare. */
  readonly undeclared: readonly string[];
}

/** Checks and types the inputs of an execution that is to be created. */
export async function checkInputs(owner: InputOwner, given: JsonMap, context: InputContext): Promise<CheckedInputs> {
  const examined = await examineInputs(owner, given, context);
  const ids = owner.inputs.map(({ id }) => id);
  return {
    values: nest(examined.flatMap(({ input, value }) => (value === undefined ? [] : [[input.id, value] as const]))),
    faults: examined.flatMap(({ input, fault }) => (fault === undefined ? [] : [{ input: input.id, message: fault }])),
    undeclared: Object.keys(given).filter((name) => !ids.some((id) => id === name || id.startsWith(`${name}.`))),
  };
}
