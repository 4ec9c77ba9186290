import type { Json, JsonMap } from '@tutti/contracts';
import type { SecretBox } from '@tutti/service-kit';
import { isSecretInput, MASK, type Execution } from '../core/index.ts';

/** A sealed value as it lies in the database: whose key, and nonce, tag and cipher text in base64. */
export interface SealedInput {
  readonly keyId: string;
  readonly sealed: string;
}
export type SealedInputs = Readonly<Record<string, SealedInput>>;

/** Inputs as they are stored: secret ones sealed apart, with a mask in their place. */
export function sealInputs(
  { id, plan, inputs }: Pick<Execution, 'id' | 'plan' | 'inputs'>,
  box: SecretBox,
): { readonly inputs: JsonMap; readonly sealed: SealedInputs | null } {
  const secret = plan.flow.inputs.filter((input) => isSecretInput(input) && inputs[input.id] !== undefined);
  if (secret.length === 0) return { inputs, sealed: null };
  const masked: Record<string, Json | undefined> = { ...inputs };
  const sealed: Record<string, SealedInput> = {};
  for (const { id: name } of secret) {
    const { keyId, sealed: bytes } = box.seal(placeOf(id, name), JSON.stringify(inputs[name]));
    sealed[name] = { keyId, sealed: bytes.toString('base64') };
    masked[name] = MASK;
  }
  return { inputs: masked, sealed };
}

/** @throws {UserError} SECRET_UNREADABLE when the key file is another one by now */
export function openInputs(executionId: string, inputs: JsonMap, sealed: SealedInputs, box: SecretBox): JsonMap {
  const opened = Object.entries(sealed).map(([name, { keyId, sealed: text }]) => {
    const value = box.open(placeOf(executionId, name), { keyId, sealed: Buffer.from(text, 'base64') });
    return [name, JSON.parse(value) as Json];
  });
  return { ...inputs, ...Object.fromEntries(opened) };
}

const placeOf = (executionId: string, name: string): string => `execution/${executionId}/${name}`;
