import type { Evaluation } from '../evaluation.ts';
import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { kindOf } from '../values/print.ts';
import { optionalText, optionalWhole } from './arguments.ts';
import { optional, required, type Functions } from './declaration.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const NANO_ID_ALPHABET = '_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const NANO_ID_LENGTH = 21;
const LONGEST_ID = 1_000;
/** Seconds from 1970 to the epoch that KSUIDs count from. */
const KSUID_EPOCH = 1_400_000_000;
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 65_535;

/** Functions that give something else at each call. */
export const RANDOM_FUNCTIONS: Functions = {
  uuid: {
    description: 'A UUID of version 7: later ones sort behind earlier ones.',
    params: [],
    example: { template: '{{ uuid() | length }}', result: '36' },
    call: (_, evaluation) => uuid(evaluation),
  },
  id: {
    description: 'A short id: a UUID in letters and digits.',
    params: [],
    example: { template: '{{ id() | length > 15 }}', result: 'true' },
    call: (_, evaluation) => base62(BigInt(`0x${uuid(evaluation).replaceAll('-', '')}`)),
  },
  ksuid: {
    description: 'A KSUID: 27 letters and digits, sorted by second.',
    params: [],
    example: { template: '{{ ksuid() | length }}', result: '27' },
    call(_, evaluation) {
      const seconds = BigInt(Math.floor(evaluation.nowMs / 1000) - KSUID_EPOCH);
      return base62((seconds << 128n) | randomBits(evaluation, 128)).padStart(27, '0');
    },
  },
  nanoId: {
    description: 'A NanoID.',
    params: [optional('length', `${NANO_ID_LENGTH} when left out.`), optional('alphabet', 'Letters to choose from.')],
    example: { template: "{{ nanoId(5, 'a') }}", result: 'aaaaa' },
    call([length, alphabet], evaluation) {
      const count = optionalWhole(length, 'Argument "length" of nanoId()', NANO_ID_LENGTH);
      const letters = optionalText(alphabet, 'Argument "alphabet" of nanoId()', NANO_ID_ALPHABET);
      if (count < 1 || count > LONGEST_ID || letters === '')
        throw valueError(`nanoId() needs a length from 1 to ${LONGEST_ID}, and letters`);
      return Array.from({ length: count }, () => letters[randomBelow(evaluation, letters.length)]).join('');
    },
  },
  randomInt: {
    description: 'A whole number from the lower bound up to, but without, the upper one.',
    params: [required('lower', 'The smallest.'), required('upper', 'The one behind the largest.')],
    example: { template: '{{ randomInt(5, 6) }}', result: '5' },
    call([lower, upper], evaluation) {
      const [from, to] = [wholeBound(lower, 'lower'), wholeBound(upper, 'upper')];
      if (to < from) throw valueError(`randomInt() cannot choose between ${from} and ${to}`);
      return from + randomBelow(evaluation, Math.max(1, to - from));
    },
  },
  randomPort: {
    description: 'A port number that is seldom in use.',
    params: [],
    example: { template: '{{ randomPort() >= 1024 }}', result: 'true' },
    call: (_, evaluation) => LOWEST_PORT + randomBelow(evaluation, HIGHEST_PORT - LOWEST_PORT),
  },
};

function random({ run }: Evaluation): number {
  return (run.call.random ?? secureRandom)();
}

/** Ids must not collide between processes: chance comes from the system. */
function secureRandom(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function randomBelow(evaluation: Evaluation, bound: number): number {
  return Math.floor(random(evaluation) * bound);
}

function randomBits(evaluation: Evaluation, bits: number): bigint {
  let value = 0n;
  for (let count = 0; count < bits; count += 32) value = (value << 32n) | BigInt(randomBelow(evaluation, 2 ** 32));
  return value & ((1n << BigInt(bits)) - 1n);
}

/** 48 bits of time, the version, chance. */
function uuid(evaluation: Evaluation): string {
  const time = BigInt(Math.floor(evaluation.nowMs)) << 80n;
  const chance = (randomBits(evaluation, 12) << 64n) | (0b10n << 62n) | randomBits(evaluation, 62);
  const hex = (time | (7n << 76n) | chance).toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function base62(value: bigint): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = (BASE62[Number(rest % 62n)] ?? '') + text;
  return text;
}

function wholeBound(value: Value | undefined, name: string): number {
  const number = numberOf(value ?? null);
  if (number === undefined || !Number.isSafeInteger(number) || typeof value === 'object')
    throw valueError(`Argument "${name}" of randomInt() needs a whole number, found ${kindOf(value ?? null)}`);
  return number;
}
