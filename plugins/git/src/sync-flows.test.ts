import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { FlowSource, Flows, JsonMap } from '@tutti/plugin-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syncFlow } from './sync-flow.ts';
import { syncFlows } from './sync-flows.ts';
import { TestRepository } from './testing/repository.ts';

const flow = (id: string, namespace: string) => `id: ${id}
namespace: ${namespace} # where it runs
tasks: []
`;

let repository: TestRepository;
beforeAll(() => {
  repository = new TestRepository();
  repository.commit({
    '_flows/load.yaml': flow('load', 'dev'),
    '_flows/clean.yml': 'id: clean\ntasks: []\n',
    '_flows/notes.md': 'not a flow',
    '_flows/sub/part.yaml': flow('part', 'dev.other'),
    'broken/bad.yaml': 'tasks: [',
    'broken/good.yaml': flow('good', 'dev'),
  });
});
afterAll(async () => {
  repository.remove();
  await removeTestFolders();
});

/** Runs over some flows; which there are afterwards, and what the task told. */
async function sync(properties: JsonMap, before: readonly string[] = []) {
  let flows: Flows | undefined;
  const { outputs, read, log } = await runTask(
    syncFlows,
    { url: repository.url, targetNamespace: 'company', ...properties },
    {
      async prepare(context) {
        flows = context.flows;
        for (const source of before) await flows.save(source);
      },
    },
  );
  const after = (await flows?.list({ namespace: 'company', recursive: true })) ?? [];
  const report = (await read(outputs['flows'])).trim().split('\n').map((line) => JSON.parse(line) as unknown); // prettier-ignore
  return { log, after, ids: after.map(nameOf), report };
}

const nameOf = ({ namespace, id }: FlowSource) => `${namespace}.${id}`;

describe('SyncFlows', () => {
  it('brings flows into the namespace, and tells what became of each', async () => {
    const same = flow('load', 'company').replace(' # where it runs', '');
    const { after, ids, report } = await sync({}, [same, flow('own', 'company')]);
    expect(ids).toEqual(['company.load', 'company.own', 'company.clean']);
    expect(after.at(-1)?.source).toBe('namespace: company\nid: clean\ntasks: []\n');
    expect(report).toEqual([
      { gitPath: '_flows/clean.yml', syncState: 'ADDED', flowId: 'clean', namespace: 'company', revision: 1 },
      { gitPath: '_flows/load.yaml', syncState: 'UNCHANGED', flowId: 'load', namespace: 'company', revision: 1 },
    ]);
  });

  it('brings those in folders into namespaces below it, when told to', async () =>
    expect((await sync({ includeChildNamespaces: true })).ids).toEqual([
      'company.clean',
      'company.load',
      'company.sub.part',
    ]));

  it('deletes what the repository does not have, but never the flow that runs', async () => {
    const before = [flow('own', 'company'), flow('other', 'company.sub')];
    expect((await sync({ delete: true }, before)).ids).toEqual(['company.sub.other', 'company.clean', 'company.load']);
    const running = [flow('test', 'company.team')];
    expect((await sync({ targetNamespace: 'company.team', delete: true }, running)).ids).toContain('company.team.test');
  });

  it('changes nothing in a dry run', async () => {
    const { ids, report } = await sync({ delete: true, dryRun: true }, [flow('own', 'company')]);
    expect(ids).toEqual(['company.own']);
    expect(report).toHaveLength(3);
  });

  it('saves nothing when one has faults, and leaves that out when told to', async () => {
    const flows: Flows[] = [];
    const attempt = runTask(
      syncFlows,
      { url: repository.url, targetNamespace: 'company', gitDirectory: 'broken' },
      { prepare: async (context) => void flows.push(context.flows) },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'FLOW_FAULTY', message: expect.stringMatching(/broken\/bad\.yaml/) }); // prettier-ignore
    expect(await flows[0]?.list({ namespace: 'company' })).toEqual([]);
    const { ids, log } = await sync({ gitDirectory: 'broken', ignoreInvalidFlows: true });
    expect(ids).toEqual(['company.good']);
    expect(log).toContainEqual(expect.stringMatching(/^WARN Left out: broken\/bad\.yaml/));
  });
});

describe('SyncFlow', () => {
  it('brings one flow', async () => {
    const properties = { url: repository.url, flowPath: '_flows/sub/part.yaml', targetNamespace: 'company' };
    expect((await runTask(syncFlow, properties)).outputs).toEqual({
      flowId: 'part',
      namespace: 'company',
      revision: 1,
    });
  });

  it('says so when it is not there', async () => {
    const properties = { url: repository.url, flowPath: '_flows/none.yaml', targetNamespace: 'company' };
    await expect(runTask(syncFlow, properties)).rejects.toMatchObject({ code: 'GIT_NOT_FOUND' });
  });
});
