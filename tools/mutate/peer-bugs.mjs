/** Bugs that users of other engines met, planted into ours: each is one change, and each must be caught. */
export const PEER_BUGS = [
  {
    name: 'a task is lost with its worker (k#2055)',
    file: 'attempt.ts',
    find: '    submit(draft, draft.current(taskRun));\n',
    replace: '',
  },
  {
    name: 'a lost attempt is run again after a kill (k#19722)',
    file: 'attempt.ts',
    find: "if (taskRun.state === 'KILLING') attemptEnded(draft, taskRun, { state: 'KILLED' });\n  else if",
    replace: 'if',
  },
  {
    name: 'a late result flips a finished run (windmill#9214)',
    file: 'draft.ts',
    find: 'return taskRun?.attempt === attempt && !isEnded(taskRun.state) ? taskRun : undefined;',
    replace: 'return taskRun && !isEnded(taskRun.state) ? taskRun : undefined;',
  },
  {
    name: 'a parent waits for ever for its child (k#7506)',
    file: 'advance.ts',
    find: '  advance(draft, taskRun.parentId ?? FLOW);\n',
    replace: '',
  },
  {
    name: 'the end of a subflow is missed (k#8609)',
    file: 'control/subflow.ts',
    find: 'else if (isEnded(input.state)',
    replace: "else if (input.state === 'SUCCESS'",
  },
  {
    name: 'more run at once than the limit allows (k#10296)',
    file: 'control/limit.ts',
    find: 'draft.openStrands(id) < limit',
    replace: 'draft.openStrands(id) <= limit',
  },
  {
    name: 'a kill leaves queued work to start (k#11592)',
    file: 'stop.ts',
    find: "  if (taskRun.state !== 'RUNNING') {\n    endWait(draft, taskRun);\n    return false;\n  }\n",
    replace: '',
  },
  {
    name: 'a kill is answered, the task runs on (k#1132)',
    file: 'stop.ts',
    find: "    if (killed.length > 0) draft.command({ type: 'KillTasks', id, taskRunIds: killed });\n",
    replace: '',
  },
  {
    name: 'a retry is forgotten over a pause (k#14393)',
    file: 'advance.ts',
    find: "  else if (taskRun?.state === 'RETRYING') retry(draft, taskRun);\n",
    replace: '',
  },
  {
    name: 'a restart changes what had succeeded (k#1032)',
    file: 'restart.ts',
    find: 'UNSUCCESSFUL.has(taskRun.state) &&\n      draft.node',
    replace: 'draft.node',
  },
  {
    name: 'there is nothing to restart from (k#19478)',
    file: 'restart.ts',
    find: '  for (const taskRun of again) if (!isReopened(draft, taskRun)) runAgain(draft, draft.current(taskRun));\n',
    replace: '',
  },
  {
    name: 'a repeated message starts the next task twice (k#8334)',
    file: 'attempt.ts',
    find: 'else if (!isOnRunner(draft.node(taskRun), taskRun)) return;',
    replace: '',
  },
  {
    name: 'a wake-up is lost when a limit is reached (k#17759)',
    file: 'advance.ts',
    find: '  if (draft.hasDeferred && left.length > 0 && !note.held)\n',
    replace: '  if (false)\n',
  },
  {
    name: 'inputs of loops are lost every once in a while (k#10357)',
    file: 'control/for-each.ts',
    find: 'const iteration = nextNumber(taskRun);',
    replace: 'const iteration = nextNumber(taskRun) - taskRun.tally.warned;',
  },
  {
    name: 'after a takeover a wait for an answer is forgotten (k#4260)',
    file: 'owed.ts',
    find: "  if (note.awaiting) return [{ type: 'Evaluate'",
    replace: "  if (note.awaiting && node.kind === 'run') return [{ type: 'Evaluate'",
  },
];
