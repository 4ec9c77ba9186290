import { definePlugin } from '@tutti/plugin-sdk';
import { copyTable } from './bigquery/copy.ts';
import { createDataset } from './bigquery/create-dataset.ts';
import { createTable } from './bigquery/create-table.ts';
import { deleteDataset } from './bigquery/delete-dataset.ts';
import { deleteTable } from './bigquery/delete-table.ts';
import { extractToGcs } from './bigquery/extract-to-gcs.ts';
import { loadFromGcs } from './bigquery/load-from-gcs.ts';
import { load } from './bigquery/load.ts';
import { query } from './bigquery/query.ts';
import { tableMetadata } from './bigquery/table-metadata.ts';
import { trigger as bigQueryTrigger } from './bigquery/trigger.ts';
import { updateDataset } from './bigquery/update-dataset.ts';
import { updateTable } from './bigquery/update-table.ts';
import { compose } from './gcs/compose.ts';
import { copy } from './gcs/copy.ts';
import { createBucket } from './gcs/create-bucket.ts';
import { deleteBucket } from './gcs/delete-bucket.ts';
import { deleteList } from './gcs/delete-list.ts';
import { deleteObject } from './gcs/delete.ts';
import { download } from './gcs/download.ts';
import { downloads } from './gcs/downloads.ts';
import { list } from './gcs/list.ts';
import { trigger as gcsTrigger } from './gcs/trigger.ts';
import { updateBucket } from './gcs/update-bucket.ts';
import { upload } from './gcs/upload.ts';

/** Cloud Storage and BigQuery. */
export const gcpPlugin = definePlugin({
  name: 'gcp',
  title: 'Google Cloud',
  tasks: [
    createBucket, updateBucket, deleteBucket, upload, download, downloads, list, copy, compose,
    deleteObject, deleteList,
    query, load, loadFromGcs, extractToGcs, copyTable,
    createDataset, updateDataset, deleteDataset, createTable, updateTable, deleteTable, tableMetadata,
  ], // prettier-ignore
  triggers: [gcsTrigger, bigQueryTrigger],
});
