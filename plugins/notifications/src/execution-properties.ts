import { text } from 'node:stream/consumers';
import { property, s } from '@tutti/plugin-sdk';
import type { JsonMap, RunContext } from '@tutti/plugin-sdk';

/** What every message about an execution takes. */
export const executionProperties = {
  executionId: s.nonEmpty().optional().describe('The execution; this one when left out, in a flow trigger mostly `{{ trigger.executionId }}`.'), // prettier-ignore
  customMessage: s.string().optional().describe('Text to put before what is known of the execution.'),
  customFields: s.record(s.json()).optional().describe('Further lines: values by name.'),
  templateUri: s.string().optional().describe('A file (kestra:/// or nsfile:///) with the payload as a template, instead of the usual message.'), // prettier-ignore
  templateRenderMap: property(s.record(s.json()).default({}).describe('Variables of that template.'), {}),
} as const;

/** The payload that a template file renders to. */
export async function renderTemplate(context: RunContext, uri: string, variables: JsonMap): Promise<string> {
  const { storage, namespaceFiles } = context;
  const file = uri.startsWith('kestra:') ? storage.get(uri) : namespaceFiles.read(uri.replace(/^nsfile:\/\//, ''));
  return context.render(await text(await file), variables);
}
