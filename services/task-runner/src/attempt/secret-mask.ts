/** What stands where a secret stood. */
const MASK = '******';
/** A shorter secret is not masked: it would eat into innocent text. */
const SECRET_MIN = 3;
/** Lines of a secret, such as a key file, are masked one by one from this length on. */
const LINE_MIN = 12;

/** Takes the secrets of one attempt out of texts, in the forms in which they usually get out. */
export class SecretMask {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  add(secret: string): void {
    for (const form of formsOf(secret)) if (!this.#forms.has(form)) this.#addForm(form);
  }

  text(text: string): string {
    if (this.#forms.size === 0) return text;
    return text.replaceAll(this.#regularExpression(), MASK);
  }

  /** Every text in a value of JSON; the value itself when there is nothing to mask. */
  json<T>(value: T): T {
    return this.#forms.size === 0 ? value : (this.#walk(value) as T);
  }

  #addForm(form: string): void {
    this.#forms.add(form);
    this.#pattern = undefined;
  }

  /** The longest form first, so that no part of it stays. */
  #regularExpression(): RegExp {
    const alternatives = [...this.#forms].sort((a, b) => b.length - a.length).map(escape);
    this.#pattern ??= new RegExp(alternatives.join('|'), 'g');
    return this.#pattern;
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.#walk(item)]));
  }
}

function formsOf(secret: string): string[] {
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).filter(({ length }) => length >= LINE_MIN) : [];
  return [secret, secret.trim(), ...lines].flatMap(encodings).filter(({ length }) => length >= SECRET_MIN);
}

const encodings = (text: string): string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  new URLSearchParams([['', text]]).toString().slice(1),
  encodeURIComponent(text.replaceAll(/[\uD800-\uDFFF]/gu, '')),
  Buffer.from(text).toString('base64'),
];

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
