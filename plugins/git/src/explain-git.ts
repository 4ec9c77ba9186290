import { TaskError } from '@tutti/plugin-sdk';

/** What git says when it fails, and what that means to whoever wrote the flow. The first that fits counts. */
const MEANINGS: readonly {
  readonly said: RegExp;
  readonly code: string;
  readonly hint: string;
  readonly retryable?: boolean;
}[] = [
  {
    said: /already exists and is not an empty directory/,
    code: 'GIT_FOLDER_NOT_EMPTY',
    hint: 'Name a folder of its own in "directory".',
  },
  {
    said: /Authentication failed|could not read (Username|Password)|Permission denied|returned error: (401|403)|Host key verification failed|invalid format|incorrect passphrase/i,
    code: 'GIT_ACCESS_REFUSED',
    hint: 'Check "username" and "password" (a token with access to this repository), or "privateKey" for ssh.',
  },
  {
    said: /not found|does not exist|does not appear to be a git repository|did not match any|unable to read tree|couldn't find remote ref/i,
    code: 'GIT_NOT_FOUND',
    hint: 'Check "url" and "branch", "tag" or "commit"; a private repository is not found either without credentials.',
  },
  {
    said: /\[rejected\]|non-fast-forward|fetch first|failed to push/,
    code: 'GIT_PUSH_REJECTED',
    hint: 'Somebody else has pushed in the meantime: run it again. If the branch is protected, push to another one.',
    retryable: true,
  },
  {
    said: /transport .* not allowed|protocol .* is not supported/,
    code: 'GIT_PROTOCOL_REFUSED',
    hint: 'Use https, ssh or file.',
  },
];

/** The failure of a command of git as an error of the task: what git said itself, and the way out. */
export function explainGit(command: string, exitCode: number, stderr: readonly string[]): TaskError {
  const said = stderr.join('\n');
  const reasons = stderr.filter((line) => /^(fatal|error|remote|ERROR| ! )/.test(line));
  const reason = (reasons.length > 0 ? reasons : stderr.slice(-2)).join(' ').slice(0, 1_000);
  const message = `git ${command} failed (exit code ${exitCode}): ${reason}`;
  const meaning = MEANINGS.find((one) => one.said.test(said));
  if (!meaning)
    return new TaskError('GIT_FAILED', message, { hint: 'Is the server reachable from the runner? A retry may help.' });
  return new TaskError(meaning.code, message, { hint: meaning.hint, retryable: meaning.retryable ?? false });
}
