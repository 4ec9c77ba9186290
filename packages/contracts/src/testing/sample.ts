/** Names of the fields that a message may leave out. */
type OptionalName<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];
type RequiredPart<T> = Omit<T, OptionalName<T>>;
type OptionalPart<T> = Required<Pick<T, OptionalName<T>>>;

/** An example of a message: with what must be there only, and with everything that may be there. */
export interface Sample {
  readonly least: object;
  readonly full: object;
}

/**
 * A sample of a message type. The compiler sees to it that each field stands in the part it belongs to, and that none is
 * missing: a field that is added to the type, or is no longer optional, breaks the sample until it is mended.
 */
export function sample<T extends object>(
  required: RequiredPart<T>,
  ...[optional]: [OptionalName<T>] extends [never] ? [] : [OptionalPart<T>]
): Sample {
  return { least: required, full: { ...required, ...optional } };
}
