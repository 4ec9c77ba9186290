import { Expressions } from '@tutti/expressions';
import { isValid, parseFlow, type Catalogue, type Finding } from '@tutti/flow-model';
import { readFlowFiles, type FlowFile } from './read-flow-files.ts';

/** What the commands on files of flows need. */
export interface FlowFilesContext {
  readonly catalogue: Catalogue;
  readonly print: (line: string) => void;
}

/**
 * `tutti validate`: checks every flow of the files as saving would, and prints what it found, one place a line.
 * Defaults and flows that only a running Tutti knows are not looked at.
 * @returns the exit code: 1 when a flow could not be saved, or when there is none.
 * @throws {UserError} FLOW_FILE_UNREADABLE
 */
export async function checkFlowFiles(paths: readonly string[], context: FlowFilesContext): Promise<number> {
  const files = await readFlowFiles(paths);
  const findings = files.flatMap((file) => {
    const found = findingsOf(file, context.catalogue);
    for (const finding of found) context.print(lineOf(file.path, finding));
    return found;
  });
  context.print(summaryOf(files, findings));
  return isValid(findings) ? 0 : 1;
}

/** What is wrong with the flows of a file; lines are those of the file. */
function findingsOf({ flows }: FlowFile, catalogue: Catalogue): readonly Finding[] {
  if (flows.length === 0)
    return [{ severity: 'ERROR', code: 'FLOW_INVALID', message: 'There is no flow in the file.', path: '' }];
  const templates = new Expressions();
  return flows.flatMap(({ source, line }) => parseFlow(source, catalogue, { templates, firstLine: line }).findings);
}

function lineOf(path: string, { severity, code, message, hint, line = 1, column = 1 }: Finding): string {
  const found = `${path}:${line}:${column}: ${severity.toLowerCase()} ${code}: ${message}`;
  return hint === undefined ? found : `${found}\n    ${hint}`;
}

function summaryOf(files: readonly FlowFile[], findings: readonly Finding[]): string {
  const flows = files.reduce((sum, file) => sum + file.flows.length, 0);
  const counts = (['ERROR', 'WARNING'] as const).map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return `${count} ${severity.toLowerCase()}${count === 1 ? '' : 's'}`;
  });
  return `${flows} ${flows === 1 ? 'flow' : 'flows'}: ${counts.join(', ')}`;
}
