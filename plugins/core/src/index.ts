import { definePlugin } from '@tutti/plugin-sdk';
import { echo } from './debug/echo.ts';
import { returnTask } from './debug/return.ts';
import { assert } from './execution/assert.ts';
import { executionCount } from './execution/count.ts';
import { exit } from './execution/exit.ts';
import { fail } from './execution/fail.ts';
import { kill } from './execution/kill.ts';
import { labels } from './execution/labels.ts';
import { purgeExecutions } from './execution/purge-executions.ts';
import { resume } from './execution/resume.ts';
import { setVariables } from './execution/set-variables.ts';
import { unsetVariables } from './execution/unset-variables.ts';
import { allowFailure } from './flow/allow-failure.ts';
import { approval } from './flow/approval.ts';
import { dag } from './flow/dag.ts';
import { eachParallel } from './flow/each-parallel.ts';
import { eachSequential } from './flow/each-sequential.ts';
import { forEachItem } from './flow/for-each-item.ts';
import { forEach } from './flow/for-each.ts';
import { ifTask } from './flow/if.ts';
import { loopUntil } from './flow/loop-until.ts';
import { loop } from './flow/loop.ts';
import { mergeOutputs } from './flow/merge-outputs.ts';
import { parallel } from './flow/parallel.ts';
import { pause } from './flow/pause.ts';
import { sequential } from './flow/sequential.ts';
import { sleep } from './flow/sleep.ts';
import { splitItems } from './flow/split-items.ts';
import { subflow } from './flow/subflow.ts';
import { switchTask } from './flow/switch.ts';
import { workingDirectory } from './flow/working-directory.ts';
import { download } from './http/download.ts';
import { request } from './http/request.ts';
import { httpTrigger } from './http/trigger.ts';
import { kvDelete } from './kv/delete.ts';
import { kvGetKeys } from './kv/get-keys.ts';
import { kvGet } from './kv/get.ts';
import { purgeKv } from './kv/purge-kv.ts';
import { kvSet } from './kv/set.ts';
import { logFetch } from './log/fetch.ts';
import { log } from './log/log.ts';
import { purgeLogs } from './log/purge-logs.ts';
import { metricPublish } from './metric/publish.ts';
import { deleteFiles } from './namespace/delete-files.ts';
import { downloadFiles } from './namespace/download-files.ts';
import { uploadFiles } from './namespace/upload-files.ts';
import { outputValues } from './output/output-values.ts';
import { stateDelete } from './state/delete.ts';
import { stateGet } from './state/get.ts';
import { stateSet } from './state/set.ts';
import { storageConcat } from './storage/concat.ts';
import { deduplicateItems } from './storage/deduplicate-items.ts';
import { storageDelete } from './storage/delete.ts';
import { filterItems } from './storage/filter-items.ts';
import { localFiles } from './storage/local-files.ts';
import { purgeCurrentExecutionFiles } from './storage/purge-current-execution-files.ts';
import { storageReverse } from './storage/reverse.ts';
import { storageSize } from './storage/size.ts';
import { storageSplit } from './storage/split.ts';
import { storageWrite } from './storage/write.ts';
import { templatedTask } from './templating/templated-task.ts';
import { flow } from './trigger/flow.ts';
import { scheduleOnDates } from './trigger/schedule-on-dates.ts';
import { schedule } from './trigger/schedule.ts';
import { toggle } from './trigger/toggle.ts';
import { webhook } from './trigger/webhook.ts';

/** The task and trigger types that belong to the engine. */
export const corePlugin = definePlugin({
  name: 'core',
  title: 'Core',
  tasks: [
    log,
    returnTask,
    echo,
    outputValues,
    assert,
    exit,
    fail,
    labels,
    setVariables,
    unsetVariables,
    allowFailure,
    approval,
    dag,
    eachParallel,
    eachSequential,
    forEach,
    forEachItem,
    ifTask,
    loop,
    loopUntil,
    mergeOutputs,
    parallel,
    pause,
    sequential,
    sleep,
    splitItems,
    subflow,
    switchTask,
    workingDirectory,
    kill,
    executionCount,
    purgeExecutions,
    resume,
    download,
    request,
    kvDelete,
    kvGetKeys,
    kvGet,
    kvSet,
    purgeKv,
    logFetch,
    purgeLogs,
    metricPublish,
    deleteFiles,
    downloadFiles,
    uploadFiles,
    stateDelete,
    stateGet,
    stateSet,
    storageConcat,
    deduplicateItems,
    storageDelete,
    filterItems,
    localFiles,
    purgeCurrentExecutionFiles,
    storageReverse,
    storageSize,
    storageSplit,
    storageWrite,
    templatedTask,
    toggle,
  ],
  triggers: [flow, httpTrigger, schedule, scheduleOnDates, webhook],
});
