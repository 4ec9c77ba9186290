import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindParameters, firstWord, splitStatements } from './split-statements.ts';

const textsOf = (sql: string): string[] => splitStatements(sql).map(({ text }) => text);

describe('statements', () => {
  it.each([
    ['select 1; select 2;', ['select 1', 'select 2']],
    ["select ';' ; select 2", ["select ';'", 'select 2']],
    ["select 'it''s; fine'; b", ["select 'it''s; fine'", 'b']],
    ['select ";" ; b', ['select ";"', 'b']],
    ['-- a; b\nselect 1', ['-- a; b\nselect 1']],
    ['/* ; */ ; -- only this\n ;', []],
    [
      'create function f() as $$ begin; end; $$ language sql; b',
      ['create function f() as $$ begin; end; $$ language sql', 'b'],
    ],
    ['do $x$ a; $$ b; $x$; c', ['do $x$ a; $$ b; $x$', 'c']],
    ["select E'it\\'s; fine'; b", ["select E'it\\'s; fine'", 'b']],
    ["select 'C:\\'; b", ["select 'C:\\'", 'b']],
    ['select $1; b', ['select $1', 'b']],
  ])('%j', (sql, expected) => expect(textsOf(sql)).toEqual(expected));

  it('know their line', () => expect(splitStatements('a;\n\n  b;').map(({ line }) => line)).toEqual([1, 3]));

  it('are the same when each is split again', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[a;' \n$-]{0,20}$/), (sql) => {
        expect(textsOf(sql).flatMap(textsOf)).toEqual(textsOf(sql));
      }),
    ));

  it('begin with a word', () => expect(firstWord('/* x */ (with a as')).toBe('WITH'));
});

describe('parameters', () => {
  it('are bound outside of texts, comments and casts', () =>
    expect(bindParameters("select :a, ':b', x::int, :b, :a -- :c", { a: 1, b: 'two', c: 3 }, (n) => `$${n}`)).toEqual({
      text: "select $1, ':b', x::int, $2, $1 -- :c",
      values: [1, 'two'],
    }));

  it('that have no value are left alone', () =>
    expect(bindParameters('select a[1:n]', {}, (n) => `$${n}`).text).toBe('select a[1:n]'));
});
