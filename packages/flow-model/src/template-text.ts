/** Whether a text holds an expression, so that its value is known only in an execution. */
export const isTemplate = (text: string): boolean => /\{[{%]/.test(text);
