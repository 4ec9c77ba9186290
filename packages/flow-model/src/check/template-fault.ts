export interface TemplateFault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Characters from the beginning of the template. */
  readonly offset: number;
}

/** A fault with its weight. */
export interface WeighedFault extends TemplateFault {
  readonly severity: 'ERROR' | 'WARNING';
}
