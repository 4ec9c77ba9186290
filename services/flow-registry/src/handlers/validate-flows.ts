import type { ValidateFlows, ValidateFlowsReply } from '@tutti/contracts';
import { splitDocuments } from '@tutti/flow-model';
import type { FlowReader } from '../flow-reader.ts';

/** Checks each document of a source; lines count from the first line of the whole. */
export async function handleValidateFlows(
  { reader }: { readonly reader: FlowReader },
  { source }: ValidateFlows,
): Promise<ValidateFlowsReply> {
  const documents = splitDocuments(source);
  const parts = documents.length > 0 ? documents : [{ source, line: 1 }];
  const flows: ValidateFlowsReply['flows'][number][] = [];
  for (const [index, part] of parts.entries()) {
    const { flow, findings } = await reader.read(part.source, part.line);
    flows.push({ index, ...(flow?.namespace && { namespace: flow.namespace }), ...(flow?.id && { id: flow.id }), findings }); // prettier-ignore
  }
  return { flows };
}
