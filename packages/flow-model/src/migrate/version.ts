/** What a flow can be migrated to. */
export type Version = '1.x' | '2.0';
