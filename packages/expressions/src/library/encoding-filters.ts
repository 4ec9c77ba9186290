import { createHash } from 'node:crypto';
import { valueError } from '../expression-error.ts';
import { joinedText } from '../values/print.ts';
import { textFrom } from './arguments.ts';
import type { FilterDeclaration, Filters } from './declaration.ts';

/** Filters that write a text in other letters: hashes, base64, addresses. */
export const ENCODING_FILTERS: Filters = {
  base64encode: {
    description: 'The text in base64.',
    params: [],
    example: { template: "{{ 'test' | base64encode }}", result: 'dGVzdA==' },
    apply: (input, _, { budget }) => Buffer.from(joinedText(input, budget)).toString('base64'),
  },
  base64decode: {
    description: 'The text that base64 stands for.',
    params: [],
    example: { template: "{{ 'dGVzdA==' | base64decode }}", result: 'test' },
    apply(input) {
      const text = textFrom(input, 'Filter "base64decode"');
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1)
        throw valueError('Filter "base64decode" found a text that is not base64');
      return Buffer.from(text, 'base64').toString();
    },
  },
  md5: hash('md5', '0cc175b9c0f1b6a831c399e269772661'),
  sha1: hash('sha1', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'),
  sha256: hash('sha256', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'),
  sha512: hash(
    'sha512',
    '1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75',
  ),
  urlencode: {
    description: 'The text as a value in the query of an address; spaces become `+`.',
    params: [],
    example: { template: "{{ 'a b&c' | urlencode }}", result: 'a+b%26c' },
    apply: (input) =>
      encodeURIComponent(textFrom(input, 'Filter "urlencode"').toWellFormed())
        .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%20', '+'),
  },
  urldecode: {
    description: 'The text that a value in the query of an address stands for.',
    params: [],
    example: { template: "{{ 'a+b%26c' | urldecode }}", result: 'a b&c' },
    apply(input) {
      const text = textFrom(input, 'Filter "urldecode"').replaceAll('+', ' ');
      if (/%(?![0-9a-fA-F]{2})/.test(text))
        throw valueError('Filter "urldecode" found a % without two digits behind it');
      return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
    },
  },
};

function hash(algorithm: string, result: string): FilterDeclaration {
  return {
    description: `The ${algorithm.toUpperCase()} hash of the text, in hexadecimal digits.`,
    params: [],
    example: { template: `{{ 'a' | ${algorithm} }}`, result },
    apply: (input) =>
      createHash(algorithm)
        .update(textFrom(input, `Filter "${algorithm}"`))
        .digest('hex'),
  };
}
