/** A value as JSON knows it; what properties, inputs and outputs are made of. */
export type Json = null | boolean | number | string | readonly Json[] | JsonMap;
export interface JsonMap {
  readonly [key: string]: Json | undefined;
}
