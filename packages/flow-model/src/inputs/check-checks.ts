import type { Call, Expressions, Vars } from '@tutti/expressions';
import type { Check, Flow } from '../flow.ts';

export interface FailedChecks {
  /** What the most restrictive failing check asks for; CREATE_EXECUTION when none fails. */
  readonly behavior: Check['behavior'];
  readonly failed: readonly { readonly message: string; readonly style: Check['style']; readonly behavior: Check['behavior'] }[]; // prettier-ignore
}

const STRICTEST_FIRST = ['BLOCK_EXECUTION', 'FAIL_EXECUTION', 'CREATE_EXECUTION'] as const;

/** Evaluates the checks of a flow before an execution is created; one whose condition cannot be rendered fails. */
export async function checkChecks(
  { checks }: Pick<Flow, 'checks'>,
  vars: Vars,
  expressions: Pick<Expressions, 'render' | 'test'>,
  call: Call,
): Promise<FailedChecks> {
  const failed: { message: string; style: Check['style']; behavior: Check['behavior'] }[] = [];
  for (const { condition, message, style, behavior } of checks) {
    const fault = await faultOf(() => expressions.test(condition, vars, call));
    if (fault !== undefined) failed.push({ message: await textOf(message, fault), style, behavior });
  }
  const behavior = STRICTEST_FIRST.find((one) => failed.some((check) => check.behavior === one));
  return { behavior: behavior ?? 'CREATE_EXECUTION', failed };

  async function textOf(message: string, fault: string): Promise<string> {
    try {
      return (await expressions.render(message, vars, call)) + fault;
    } catch {
      return message + fault;
    }
  }
}

/** Undefined when the condition holds; what to add to the check's message when it could not be rendered. */
async function faultOf(test: () => boolean | Promise<boolean>): Promise<string | undefined> {
  try {
    return (await test()) ? undefined : '';
  } catch (error) {
    return ` (${(error as Error).message})`;
  }
}
