import type { ServerResponse } from 'node:http';

/** Whether the client of a request still waits. The signal is made when somebody asks for it: most answers need none. */
export class RequestLife {
  readonly #response: ServerResponse;
  #controller: AbortController | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** The client has gone before it had the whole answer. */
  get isOver(): boolean {
    return this.#response.closed && !this.#response.writableFinished;
  }

  /** Aborts when the answer is complete or the client has gone. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      if (this.#response.closed) controller.abort();
      else this.#response.once('close', () => controller.abort());
    }
    return this.#controller.signal;
  }
}
