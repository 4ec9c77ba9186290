export { openLocalStorage } from './local-storage.ts';
export type { Content, Storage, StoredFile } from './storage.ts';
export { parseStorageUri, storageUri } from './storage-uri.ts';
export { absolutePath, cacheFolder, executionFolder, isStorageUri, namespaceFileUri } from './storage-layout.ts';
export { fetchStoredValues, storeLargeValues } from './stored-values.ts';
