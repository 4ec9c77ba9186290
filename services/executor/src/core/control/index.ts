import type { NodeControl } from '@tutti/flow-model';
import { approval } from './approval.ts';
import { batches } from './batches.ts';
import { ifElse, switchCase } from './branching.ts';
import type { Control } from './control.ts';
import { eachParallel, eachSequential, forEach } from './for-each.ts';
import { loop } from './loop.ts';
import { loopUntil } from './loop-until.ts';
import { dag, parallel } from './parallel.ts';
import { pause } from './pause.ts';
import { allowFailure, sequential } from './sequential.ts';
import { subflow } from './subflow.ts';
import { workingDirectory } from './working-directory.ts';

/** The semantics of every kind of control task. */
const CONTROLS: Readonly<Record<NodeControl, Control>> = {
  sequential,
  parallel,
  dag,
  if: ifElse,
  switch: switchCase,
  forEach,
  eachSequential,
  eachParallel,
  loop,
  loopUntil,
  forEachItem: sequential,
  batches,
  subflow,
  pause,
  approval,
  allowFailure,
  workingDirectory,
};

export const controlOf = (kind: NodeControl): Control => CONTROLS[kind];
