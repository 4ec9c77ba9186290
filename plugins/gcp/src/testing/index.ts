export { GoogleCloudStandIn } from './google-cloud.ts';
