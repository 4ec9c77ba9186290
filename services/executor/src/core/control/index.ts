import type { ControlKind } from '@tutti/flow-model';
import { ifElse, switchCase } from './branching.ts';
import type { Control } from './control.ts';
import { eachParallel, eachSequential, forEach } from './for-each.ts';
import { dag, parallel } from './parallel.ts';
import { allowFailure, sequential } from './sequential.ts';

/** The semantics of every kind of control task. */
export const CONTROLS: Readonly<Record<ControlKind, Control>> = {
  sequential,
  parallel,
  dag,
  if: ifElse,
  switch: switchCase,
  forEach,
  eachSequential,
  eachParallel,
  loop: forEach,
  loopUntil: sequential,
  forEachItem: sequential,
  subflow: sequential,
  pause: sequential,
  approval: sequential,
  allowFailure,
  workingDirectory: sequential,
};

export const controlOf = (kind: ControlKind): Control => CONTROLS[kind];
