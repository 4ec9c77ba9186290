/** The extension of a file by its address, with the dot; empty when it has none. */
export const extensionOf = (uri: string): string => /\.[A-Za-z0-9]{1,10}$/.exec(uri)?.[0] ?? '';
