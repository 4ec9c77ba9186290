import { property, s } from '@tutti/plugin-sdk';

/** A property of a control task that holds tasks; the flow model reads them. */
export const children = (description: string) =>
  property(s.list(s.unknown()).describe(description), { render: 'none', children: true });

export const optionalChildren = (description: string) =>
  property(s.list(s.unknown()).optional().describe(description), { render: 'none', children: true });

/** What most control tasks hold beside their own children. */
export const handlers = {
  errors: optionalChildren('Tasks that run when a child has failed.'),
  finally: optionalChildren('Tasks that run at the end, whatever became of the children.'),
} as const;
