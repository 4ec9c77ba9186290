import { defineControl, s } from '@tutti/plugin-sdk';
import { handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';
import { subflowProperties } from './subflow-properties.ts';

const ITEMS_FLOW = `id: by-batches
namespace: company.team
inputs:
  - id: file
    type: FILE
tasks:
  - id: each
    type: core.flow.ForEachItem
    items: "{{ inputs.file }}"
    batch:
      rows: 100
    namespace: company.team
    flowId: one-batch
    inputs:
      batch: "{{ taskrun.items }}"
`;

const batch = s.object({
  rows: s.int().optional(),
  bytes: s.string().optional(),
  partitions: s.int().optional(),
  separator: s.string().optional(),
  regexPattern: s.string().optional(),
});

export const forEachItem = defineControl({
  type: 'core.flow.ForEachItem',
  aliases: kestraNames('core.flow.ForEachItem', 'flows.ForEachItem'),
  control: 'forEachItem',
  title: 'Start a flow for each batch of a stored file.',
  description:
    'Its parts show as `<id>_split`, `<id>_items` and `<id>_merge`; `taskrun.items` is the URI of the batch.',
  properties: {
    items: s.string().describe('URI of the file.'),
    batch: batch.optional().describe('How it is cut: one of `rows` (1), `bytes` or `partitions`; and the `separator`.'),
    ...subflowProperties,
    errors: handlers.errors,
    finally: handlers.finally,
  },
  outputs: {
    splits: s.string().describe('File with the URIs of the batches.'),
    iterations: s.record(s.int()).describe('Number of executions by state.'),
    numberOfBatches: s.int().describe('Number of batches.'),
    uri: s.string().describe('File with the URIs of the outputs.'),
    subflowOutputs: s.string().describe('File with the outputs of all executions.'),
  },
  examples: [{ title: 'A hundred lines at a time', flow: ITEMS_FLOW, runs: false }],
});
