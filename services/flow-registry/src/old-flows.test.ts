import { Expressions } from '@tutti/expressions';
import { migrate, parseFlow } from '@tutti/flow-model';
import { loadCatalogue } from '@tutti/plugins';
import { describe, expect, it } from 'vitest';

const catalogue = await loadCatalogue('');
const templates = new Expressions();

/** Four dialects' worth of habits in one flow, with the types that are really installed. */
const OLD_FLOW = `id: habits
namespace: company.team
inputs:
  - {name: taxi, type: SELECT, values: [yellow, green], defaults: yellow, displayName: Which taxi}
  - {id: columns, type: ARRAY, itemType: STRING, defaults: [brand, price]}
variables:
  file: "{{inputs.taxi}}_{{trigger.date | date('yyyy-MM')}}.csv"
  data: "{{outputs.extract.outputFiles[inputs.taxi ~ '_' ~ (trigger.date | date('yyyy-MM')) ~ '.csv']}}"
concurrency: {behavior: FAIL, limit: 2}
tasks:
  - id: label
    type: io.kestra.plugin.core.execution.Labels
    labels: {file: "{{render(vars.file)}}"}
  - id: extract
    type: io.kestra.plugin.scripts.shell.Commands
    outputFiles: ["*.csv"]
    runner: PROCESS
    commands:
      - wget -qO- https://example.org/{{inputs.taxi}}/{{render(vars.file)}}.gz | gunzip > {{render(vars.file)}}
    retry: {type: constant, interval: PT10S, maxAttempt: 3}
  - id: transform
    type: io.kestra.plugin.scripts.python.Script
    docker: {image: "python:3.11-alpine"}
    warningOnStdErr: false
    namespaceFiles: {enabled: true}
    inputFiles: {data.json: "{{outputs.api.uri ?? ''}}"}
    env: {COLUMNS: "{{inputs.columns}}"}
    script: |
      columns = {c: 1 for c in "{{ inputs.columns | join(',') }}"}
  - id: api
    type: io.kestra.plugin.fs.http.Download
    uri: https://example.org/products
  - id: yellow
    type: io.kestra.core.tasks.flows.If
    condition: "{{inputs.taxi == 'yellow'}}"
    then:
      - id: create
        type: io.kestra.plugin.jdbc.postgresql.Queries
        sql: CREATE TABLE IF NOT EXISTS {{inputs.taxi}} (id text);
      - id: copy
        type: io.kestra.plugin.jdbc.postgresql.CopyIn
        format: CSV
        from: "{{render(vars.data)}}"
        table: public.{{inputs.taxi}}
        header: true
        columns: [id]
  - id: each
    type: io.kestra.core.tasks.flows.EachParallel
    value: "{{ outputs.api.headers | jq('keys') | first }}"
    tasks:
      - {id: inner, type: io.kestra.core.tasks.log.Log, message: "{{ taskrun.value }}"}
  - {id: purge, type: io.kestra.core.tasks.storages.PurgeExecution}
errors:
  - {id: bad, type: io.kestra.core.tasks.log.Log, message: "{{ errorLogs() }}"}
pluginDefaults:
  - type: io.kestra.plugin.jdbc.postgresql
    values: {url: "jdbc:postgresql://host.docker.internal:5432/taxi", username: kestra, password: "{{ secret('DB') }}"}
triggers:
  - {id: monthly, type: io.kestra.core.models.triggers.types.Schedule, cron: "0 9 1 * *", inputs: {taxi: green}}
`;

const errorsOf = (source: string) =>
  parseFlow(source, catalogue, { templates }).findings.filter(({ severity }) => severity === 'ERROR');

describe('flows of earlier years', () => {
  it('are sound with the installed types, whatever they are called in them', () => {
    expect(errorsOf(OLD_FLOW)).toEqual([]);
  });

  it.each(['1.x', '2.0'] as const)('are sound when they have been migrated to %s', (version) => {
    const { source } = migrate(OLD_FLOW, version, catalogue);
    expect(errorsOf(source)).toEqual([]);
    expect(source).not.toMatch(/io\.kestra\.core|runner: PROCESS|docker:|maxAttempt:/);
  });
});
