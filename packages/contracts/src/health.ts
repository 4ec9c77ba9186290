/** Reply to `ask.health.<service>`. */
export interface HealthReply {
  /** Whether it can take work now. */
  readonly ready: boolean;
}
