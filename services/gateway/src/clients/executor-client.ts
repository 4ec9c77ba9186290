import { subjects } from '@tutti/contracts';
import type { CreateExecution, ExecutionCommand, ExecutionReply, ExecutionVerb } from '@tutti/contracts';
import { requestPatiently } from '@tutti/bus';
import type { Bus } from '@tutti/bus';

/** How long a command may wait for an owner of the partition, ms: a takeover takes a few seconds. */
const PATIENCE_MS = 15_000;
const ANSWER_MS = 10_000;

/**
 * Orders to the owner of an execution. Each may be repeated without harm: ids are drawn by the sender, and the core
 * takes no order twice.
 */
export class ExecutorClient {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Resolves once the execution is stored. */
  create(command: CreateExecution): Promise<ExecutionReply> {
    return this.#ask('create', command);
  }

  /** Resolves once the command has taken effect in the database. */
  command(verb: Exclude<ExecutionVerb, 'create'>, command: ExecutionCommand): Promise<ExecutionReply> {
    return this.#ask(verb, command);
  }

  #ask(verb: ExecutionVerb, command: { readonly executionId: string }): Promise<ExecutionReply> {
    const subject = subjects.execution(verb, command.executionId);
    return requestPatiently(this.#bus, subject, command, { deadlineMs: PATIENCE_MS, answerMs: ANSWER_MS });
  }
}
