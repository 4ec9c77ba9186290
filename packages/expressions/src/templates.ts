import type { Liquid } from 'liquidjs';
import { ExpressionError } from './expression-error.ts';
import { Library } from './library/library.ts';
import { STANDARD_LIBRARY } from './library/standard.ts';
import { TemplateCache } from './template-cache.ts';
import { newEngine } from './template/engine.ts';
import { TemplateParser } from './template/template-parser.ts';
import type { Template } from './template/template.ts';

/** Parses templates, and keeps what it has parsed. */
export class Templates {
  readonly library: Library;
  private readonly engine: Liquid;
  private readonly sourceLimit: number;
  private readonly cache: TemplateCache<Template>;

  constructor(sourceLimit: number, cacheSize: number) {
    this.sourceLimit = sourceLimit;
    this.engine = newEngine(sourceLimit);
    this.library = new Library(this.engine).add(STANDARD_LIBRARY);
    this.cache = new TemplateCache(cacheSize);
  }

  /** Forgets what was parsed, because the library has changed. */
  clear(): void {
    this.cache.clear();
  }

  /** A parsed template. @throws {ExpressionError} with the place of its first fault. */
  parsed(source: string): Template {
    return this.cache.get(source, () => this.parser(source).template());
  }

  /** All faults that show without rendering. */
  faults(source: string): ExpressionError[] {
    const faults: ExpressionError[] = [];
    try {
      this.parser(source, faults).template();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      faults.push(error);
    }
    return faults;
  }

  private parser(source: string, faults?: ExpressionError[]): TemplateParser {
    if (source.length > this.sourceLimit)
      throw new ExpressionError('EXPRESSION_LIMIT', `The template has more than ${this.sourceLimit} characters`, {
        hint: 'Put the text into a file, and read it in the task.',
      });
    return new TemplateParser(this.engine, this.library, source, faults);
  }
}
