/** An object without the members that are `undefined`; Google's clients and strict types take such a member for a wish. */
export const defined = <Value extends object>(value: Value): Defined<Value> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<Value>;

/** The same members, each either absent or with a value. */
export type Defined<Value> = { [Name in keyof Value]?: Exclude<Value[Name], undefined> };
