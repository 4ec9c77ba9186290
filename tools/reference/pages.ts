import { expressionsPage } from './expressions-page.ts';
import { messagesPage } from './messages-page.ts';
import { statesPage } from './states-page.ts';
import { subjectsPage } from './subjects-page.ts';
import { taskTypesPage } from './task-types-page.ts';

/** Pages of `docs/reference` that are rendered from the code: file -> text. `npm run generate` writes them. */
export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/reference/subjects.md': subjectsPage,
  'docs/reference/messages.md': messagesPage,
  'docs/reference/states.md': statesPage,
  'docs/reference/expressions.md': expressionsPage,
  'docs/reference/task-types.md': taskTypesPage,
};
