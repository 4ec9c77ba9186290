import { delimiter } from 'node:path';
import { GEMINI_KEY, generated, startGemini } from '@tutti/plugin-ai/testing';
import type { StandIn } from '@tutti/plugin-ai/testing';
import { PROFILES, PROJECT, installDbt } from '@tutti/plugin-dbt/testing';
import { TestRepository } from '@tutti/plugin-git/testing';
import { startChat } from '@tutti/plugin-notifications/testing';
import type { ChatServer } from '@tutti/plugin-notifications/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TuttiInstance } from './testing/tutti-instance.ts';

/** What the public course does, against servers of this machine: git, dbt, a language model, a chat. */
const dbt = await installDbt();

let instance: TuttiInstance;
let repository: TestRepository;
let gemini: StandIn;
let chat: ChatServer;
beforeAll(async () => {
  repository = new TestRepository();
  repository.commit(Object.fromEntries(Object.entries(PROJECT).map(([path, text]) => [`taxi/${path}`, text])));
  gemini = await startGemini(({ contents }) => generated(`Answer to: ${contents.at(-1)!.parts[0]!.text}`));
  chat = await startChat();
  instance = await TuttiInstance.start();
});
afterAll(async () => {
  await instance.destroy();
  gemini.server.close();
  chat.server.close();
  repository.remove();
});

/** Imports the flow and runs it to its end. */
async function run(source: string) {
  await instance.api.importFlows(source);
  const id = /^id: (.*)$/m.exec(source)?.[1] ?? '';
  const execution = await instance.api.execute('zoomcamp', id);
  const { state } = await instance.api.untilEnded(execution.id);
  return { id: execution.id, state: state.current, log: await logOf(execution.id) };
}

async function logOf(executionId: string): Promise<string> {
  const response = await instance.api.request('GET', `/api/v1/logs/${executionId}`);
  return ((await response.json()) as { message: string }[]).map(({ message }) => message).join('\n');
}

const indented = (text: string, by: number) => text.trimEnd().replaceAll('\n', `\n${' '.repeat(by)}`);
const environment = () => `
      PATH: ${[dbt, process.env['PATH']].join(delimiter)}
      DBT_SEND_ANONYMOUS_USAGE_STATS: "false"`;

describe.skipIf(dbt === undefined)('dbt', () => {
  it('builds what was brought into the namespace, and keeps the manifest', async () => {
    const { state, log } = await run(`id: dbt_of_namespace
namespace: zoomcamp
tasks:
  - id: sync
    type: io.kestra.plugin.git.SyncNamespaceFiles
    url: ${repository.url}
    branch: main
    namespace: "{{ flow.namespace }}"
    gitDirectory: taxi
  - id: dbt-build
    type: io.kestra.plugin.dbt.cli.DbtCLI
    env:${environment()}
    namespaceFiles:
      enabled: true
    taskRunner:
      type: io.kestra.plugin.core.runner.Process
    commands:
      - dbt deps
      - dbt build
    storeManifest:
      key: manifest.json
      namespace: "{{ flow.namespace }}"
    profiles: |
      ${indented(PROFILES, 6)}
  - id: again
    type: io.kestra.plugin.dbt.cli.DbtCLI
    env:${environment()}
    namespaceFiles:
      enabled: true
    taskRunner:
      type: io.kestra.plugin.core.runner.Process
    loadManifest:
      key: manifest.json
      namespace: "{{ flow.namespace }}"
    commands:
      - echo "changed [$(dbt ls --quiet --log-format text --select state:modified)]"
    profiles: |
      ${indented(PROFILES, 6)}
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs['dbt-build'].results.success }} built, {{ outputs['dbt-build'].outputFiles['manifest.json'] }}"
`);
    expect({ state, log }).toMatchObject({ state: 'SUCCESS' });
    expect(log).toMatch(/model\.trips\.fares success in/);
    expect(log).toMatch(/3 built, kestra:\/\/\/.*manifest\.json/);
    expect(log).toContain('changed []');
  });

  it('builds a clone in the same folder', async () => {
    const { state, log } = await run(`id: dbt_of_clone
namespace: zoomcamp
tasks:
  - id: folder
    type: io.kestra.plugin.core.flow.WorkingDirectory
    tasks:
      - id: clone
        type: io.kestra.plugin.git.Clone
        url: ${repository.url}
        branch: main
      - id: dbt
        type: io.kestra.plugin.dbt.cli.DbtCLI
        env:${indented(environment(), 4)}
        taskRunner:
          type: io.kestra.plugin.core.runner.Process
        projectDir: taxi
        commands:
          - dbt build
        profiles: |
          ${indented(PROFILES, 10)}
      - id: show
        type: io.kestra.plugin.core.log.Log
        message: "{{ outputs.dbt.results.success }} built"
`);
    expect({ state, log }).toMatchObject({ state: 'SUCCESS' });
    expect(log).toContain('3 built');
  });
});

describe('language models', () => {
  it('answer from documents, and the key is nowhere to be seen', async () => {
    const provider = (modelName: string) => `
      type: io.kestra.plugin.ai.provider.GoogleGemini
      modelName: ${modelName}
      apiKey: "{{ kv('GEMINI_API_KEY') }}"
      baseUrl: ${gemini.url}/v1beta`;
    const { state, log } = await run(`id: chat_with_rag
namespace: zoomcamp
tasks:
  - id: key
    type: io.kestra.plugin.core.kv.Set
    key: GEMINI_API_KEY
    value: ${GEMINI_KEY}
  - id: without
    type: io.kestra.plugin.ai.completion.ChatCompletion
    provider:${provider('gemini-2.5-flash')}
    messages:
      - type: USER
        content: What is new?
  - id: ingest
    type: io.kestra.plugin.ai.rag.IngestDocument
    provider:${provider('gemini-embedding-001')}
    embeddings:
      type: io.kestra.plugin.ai.embeddings.KestraKVStore
    drop: true
    fromDocuments:
      - content: Release 1.1 brought new filters.
      - content: Rivers flow to the sea.
  - id: chat
    type: io.kestra.plugin.ai.rag.ChatCompletion
    chatProvider:${provider('gemini-2.5-flash')}
    embeddingProvider:${provider('gemini-embedding-001')}
    embeddings:
      type: io.kestra.plugin.ai.embeddings.KestraKVStore
    contentRetrieverConfiguration:
      maxResults: 1
    prompt: What did release 1.1 bring?
  - id: log_results
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.without.textOutput }} / {{ outputs.chat.textOutput }} / {{ outputs.chat.tokenUsage.totalTokenCount }}"
  - id: leak
    type: io.kestra.plugin.ai.completion.ChatCompletion
    provider:${provider('gemini-2.5-flash')}
    messages:
      - type: USER
        content: "The key is {{ kv('GEMINI_API_KEY') }}"
    configuration:
      logRequests: true
`);
    expect(state).toBe('SUCCESS');
    expect(log).toContain('Answer to: What is new? / Answer to: What did release 1.1 bring?');
    expect(log).toContain('Release 1.1 brought new filters. / 13');
    expect(log).toContain('The key is ******');
    expect(log).not.toContain(GEMINI_KEY);
  });
});

describe('notifications', () => {
  it('tell of an execution that fails, from its errors and from a flow that it starts', async () => {
    await instance.api.importFlows(`id: alert
namespace: zoomcamp
tasks:
  - id: tell
    type: io.kestra.plugin.notifications.discord.DiscordExecution
    url: ${chat.url}
    executionId: "{{ trigger.executionId }}"
triggers:
  - id: failed
    type: io.kestra.plugin.core.trigger.Flow
    conditions:
      - type: io.kestra.plugin.core.condition.ExecutionStatus
        in: [FAILED]
      - type: io.kestra.plugin.core.condition.ExecutionFlow
        namespace: zoomcamp
        flowId: breaks
`);
    const { id } = await run(`id: breaks
namespace: zoomcamp
tasks:
  - id: extract
    type: io.kestra.plugin.core.execution.Fail
errors:
  - id: tell
    type: io.kestra.plugin.slack.notifications.SlackExecution
    url: ${chat.url}
`);
    await chat.until(2);
    const [slack, discord] = chat.posted.map(({ message }) => JSON.stringify(message));
    for (const message of [slack, discord]) {
      expect(message).toContain('zoomcamp.breaks: FAILED');
      expect(message).toContain(id);
      expect(message).toMatch(/"Failed tasks","value":"extract"/);
    }
  });
});

describe('flows of a repository', () => {
  it('are brought into a namespace, run, and pushed back', async () => {
    repository.commit({
      '_flows/hello.yaml': `id: hello
namespace: anywhere
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: hi
`,
    });
    const { state, log } = await run(`id: sync_flows
namespace: zoomcamp
tasks:
  - id: sync
    type: io.kestra.plugin.git.SyncFlows
    url: ${repository.url}
    branch: main
    targetNamespace: brought
  - id: push
    type: io.kestra.plugin.git.PushFlows
    url: ${repository.url}
    branch: copy
    sourceNamespace: brought
    gitDirectory: pushed
    commitMessage: Copied
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: "pushed {{ outputs.push.commitId }}"
`);
    expect({ state, log }).toMatchObject({ state: 'SUCCESS' });
    const execution = await instance.api.execute('brought', 'hello', {}, '?wait=true');
    expect(execution.state.current).toBe('SUCCESS');
    expect(repository.git('project.git', 'show', 'copy:pushed/hello.yaml')).toContain('namespace: brought');
    expect(log).toContain(`pushed ${repository.git('project.git', 'rev-parse', 'copy')}`);
  });

  it('are not saved when one has faults: the log says which and where', async () => {
    repository.commit({
      '_flows/bad.yaml': 'id: bad\nnamespace: anywhere\ntasks:\n  - id: say\n    type: nothing.Known\n',
    });
    const { state, log } = await run(`id: sync_faulty
namespace: zoomcamp
tasks:
  - id: sync
    type: io.kestra.plugin.git.SyncFlows
    url: ${repository.url}
    branch: main
    targetNamespace: faulty
`);
    expect(state).toBe('FAILED');
    expect(log).toMatch(/_flows\/bad\.yaml: line 5: .*nothing\.Known/);
  });
});
