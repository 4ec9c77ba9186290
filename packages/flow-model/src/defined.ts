/** The object without its undefined properties, as `exactOptionalPropertyTypes` wants it. */
export function defined<Value extends object>(properties: { [Name in keyof Value]: Value[Name] | undefined }): Value {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Value;
}
