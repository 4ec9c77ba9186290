import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A nats-server program, for tests that start, kill and empty one of their own. */
    readonly natsServerBinary: string;
  }
}

/** Starts what contract tests share. */
export default function setUp(project: TestProject): void {
  project.provide('natsServerBinary', '/tmp/tutti-dev/nats-server');
}
