import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretMask } from './secret-mask.ts';

const maskOf = (...secrets: readonly string[]): SecretMask => {
  const mask = new SecretMask();
  for (const secret of secrets) mask.add(secret);
  return mask;
};

describe('a secret', () => {
  it.each([
    ['as it is', 's3cr3t"&é'],
    ['in JSON', JSON.stringify('s3cr3t"&é')],
    ['in an address', encodeURIComponent('s3cr3t"&é')],
    ['in a form', new URLSearchParams({ k: 's3cr3t"&é' }).toString()],
    ['in base64', Buffer.from('s3cr3t"&é').toString('base64')],
  ])('does not show %s', (_form, text) => {
    expect(maskOf('s3cr3t"&é').text(`<${text}>`)).toMatch(/^<.*\*{6}.*>$/);
    expect(maskOf('s3cr3t"&é').text(`<${text}>`)).not.toContain('s3cr3t');
  });

  it('of several lines does not show line by line', () =>
    expect(maskOf('-----BEGIN-----\nabcdefghijklmnop\n-----END-----').text('key: abcdefghijklmnop')).toBe(
      'key: ******',
    ));

  it('within a longer one leaves nothing of the longer one', () =>
    expect(maskOf('abc', 'abcdef').text('abcdef')).toBe('******'));

  it('does not show anywhere in a value, keys included', () =>
    expect(maskOf('hidden').json({ a: ['hidden'], hidden: { b: 1 } })).toEqual({ a: ['******'], '******': { b: 1 } }));

  it('of one or two characters is not masked', () => expect(maskOf('a', 'bc').text('abc')).toBe('abc'));

  it('never shows, whatever it is and whatever is around it', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 3 }), fc.string(), fc.string(), (secret, before, after) => {
        expect(
          maskOf(secret)
            .text(before + secret + after)
            .replaceAll('******', ''),
        ).not.toContain(secret);
      }),
    ));
});
