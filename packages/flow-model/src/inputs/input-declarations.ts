import { Findings } from '../finding.ts';
import type { InputDeclaration } from '../flow.ts';
import { isJsonList, type Json } from '../json.ts';
import { readInputs } from '../read/read-input.ts';
import { Origins } from '../read/reader.ts';

/** The inputs that a property of a task declares (`onResume` of a Pause), for whoever checks the values given for them. */
export function inputDeclarations(source: Json | undefined): InputDeclaration[] {
  return readInputs(isJsonList(source) ? source : [], [], { findings: new Findings(), origins: new Origins() });
}
