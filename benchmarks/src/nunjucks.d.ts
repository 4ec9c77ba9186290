/** The part of nunjucks that is measured; the package brings no types. */
declare module 'nunjucks' {
  export class Environment {
    constructor(loader: null, options: { readonly autoescape: boolean });
  }
  export class Template {
    constructor(source: string, environment: Environment, path: string, eagerCompile: boolean);
    render(context: object): string;
  }
  const nunjucks: { readonly Environment: typeof Environment; readonly Template: typeof Template };
  export default nunjucks;
}
