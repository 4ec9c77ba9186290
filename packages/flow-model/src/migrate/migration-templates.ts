import { ExpressionError, Expressions, type References, type TwoReadings } from '@tutti/expressions';

const expressions = new Expressions();

/** What a migration asks of templates. One that does not parse, which the check of the flow says, has no answers. */
export const migrationTemplates = {
  readings: (template: string): readonly TwoReadings[] => parsed(() => expressions.readings(template)) ?? [],
  givesBoolean: (template: string): boolean => parsed(() => expressions.givesBoolean(template)) ?? false,
  references: (template: string): References | undefined => parsed(() => expressions.references(template)),
};

function parsed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
