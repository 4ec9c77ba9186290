import { createHash, randomBytes } from 'node:crypto';
import { newExecutionId, partitionOf } from '@tutti/contracts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TIME_LENGTH = 8;
const LENGTH = 22;

/** A new id that falls into a given partition, so that an owner can make an execution within its own batch. */
export function newExecutionIdIn(partition: number): string {
  for (;;) {
    const id = newExecutionId(Date.now(), randomBytes);
    if (partitionOf(id) === partition) return id;
  }
}

/** As `childExecutionId`, in a given partition. */
export function derivedExecutionIdIn(partition: number, commandId: string, parentId: string): string {
  for (let attempt = 0; ; attempt++) {
    const id = childExecutionId(`${commandId}/${attempt}`, parentId);
    if (partitionOf(id) === partition) return id;
  }
}

/** The id of a subflow, the same however often its command is carried out; sorts beside its parent. */
export function childExecutionId(commandId: string, parentId: string): string {
  const digest = createHash('sha256').update(commandId).digest();
  const rest = [...digest.subarray(0, LENGTH - TIME_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return parentId.slice(0, TIME_LENGTH) + rest.join('');
}
