import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PAGES } from './pages.ts';

describe('npm run generate', () => {
  it.each(Object.entries(PAGES))('has been run since %s would change', async (file, render) => {
    expect(readFileSync(file, 'utf8')).toBe(await render());
  });
});
