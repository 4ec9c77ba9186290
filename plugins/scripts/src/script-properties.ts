import { property, s, workingFileProperties } from '@tutti/plugin-sdk';

const anything = () => s.record(s.json()).optional();

/** What every Script and every Commands task takes. */
export const scriptProperties = {
  ...workingFileProperties,
  env: s.record(s.string()).optional().describe('Environment of the script, added to that of the runner.'),
  beforeCommands: s.list(s.string()).optional().describe('Shell commands that run first, in the same shell.'),
  interpreter: s.list(s.string()).optional().describe('Program that takes the commands as its last argument; /bin/sh -c when left out.'), // prettier-ignore
  failFast: s.boolean().default(true).describe('Whether the first command that fails ends the task.'),
  warningOnStdErr: s.boolean().optional().describe('Whether output to the standard error makes the task end as a warning; no when left out.'), // prettier-ignore
  taskRunner: anything().describe(
    'Where it runs, by its `type`: core.runner.Process, or scripts.runner.docker.Docker.',
  ),
  containerImage: s.string().optional().describe('Image for a task runner with containers.'),
  outputDirectory: s.boolean().optional().describe('Deprecated: files in the folder of `outputDir` are always kept.'),
  targetOS: s.enum(['AUTO', 'LINUX', 'WINDOWS']).default('AUTO').describe('Operating system of the script.'),
  runner: s.enum(['PROCESS', 'DOCKER']).optional().describe('Deprecated: see taskRunner.'),
  docker: anything().describe('Deprecated: see containerImage and taskRunner.'),
} as const;

/** What Python tasks take besides. */
export const pythonProperties = {
  dependencies: s.list(s.string()).optional().describe('Packages to install first, as pip names them; kept for the next run.'), // prettier-ignore
  pythonVersion: s.string().optional().describe('Version for a task runner with containers.'),
  dependencyCacheEnabled: s.boolean().default(true).describe('Whether installed packages are kept for the next run.'),
  packageManager: s.enum(['UV', 'PIP']).default('UV').describe('What installs packages; pip where uv is not there.'),
  uvAutoInstallEnabled: s.boolean().optional().describe('Accepted; uv is never installed by itself.'),
  uvInstallerVersion: s.string().optional().describe('Accepted; uv is never installed by itself.'),
  uvInstallerSha256: s.string().optional().describe('Accepted; uv is never installed by itself.'),
} as const;

export const commandsProperty = {
  commands: property(s.oneOrMany(s.string()).describe('Shell commands, one after another.'), {}),
} as const;

export const scriptProperty = {
  script: s.string().describe('The script.'),
} as const;

/** What every script task gives. */
export const scriptOutputs = {
  vars: s.record(s.json()).describe('Outputs that the script has told by lines of the form `::{"outputs": {…}}::`.'),
  outputFiles: s.record(s.string()).describe('URIs of the files that were kept, by path.'),
  exitCode: s.int().describe('What the program ended with.'),
  stdOutLineCount: s.int().describe('Lines on the standard output.'),
  stdErrLineCount: s.int().describe('Lines on the standard error.'),
} as const;

/** The properties of any script task, parsed. */
export type ScriptProperties = {
  readonly [Name in keyof typeof scriptProperties]: (typeof scriptProperties)[Name]['_zod']['output'];
};
