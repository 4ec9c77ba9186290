export { installDbt } from './install-dbt.ts';
export { PROFILES, PROJECT } from './project.ts';
