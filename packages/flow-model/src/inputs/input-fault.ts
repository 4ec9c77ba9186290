/** A value that an input or output cannot take; the message says why, as the cause in a sentence about the input. */
export class InputFault extends Error {
  override readonly name = 'InputFault';
}
