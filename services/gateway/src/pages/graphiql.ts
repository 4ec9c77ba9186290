import { createReadStream } from 'node:fs';
import type { Caller } from '../access/caller.ts';
import { authorize } from '../access/caller.ts';
import { packageFolder } from '../gateway-folder.ts';
import type { Reply } from '../http/reply.ts';

/** Name in the page -> file of an npm package. Nothing comes from another server. */
const ASSETS: Readonly<Record<string, { readonly npm: string; readonly path: string; readonly type: string }>> = {
  'react.js': { npm: 'react', path: 'umd/react.production.min.js', type: 'text/javascript' },
  'react-dom.js': { npm: 'react-dom', path: 'umd/react-dom.production.min.js', type: 'text/javascript' },
  'graphql-ws.js': { npm: 'graphql-ws', path: 'umd/graphql-ws.min.js', type: 'text/javascript' },
  'graphiql.js': { npm: 'graphiql', path: 'graphiql.min.js', type: 'text/javascript' },
  'graphiql.css': { npm: 'graphiql', path: 'graphiql.min.css', type: 'text/css' },
};

const START_SCRIPT = `const url = new URL('/graphql', location.href);
const wsUrl = Object.assign(new URL(url), { protocol: location.protocol.replace('http', 'ws') });
const fetcher = GraphiQL.createFetcher({ url: url.href, wsClient: graphqlWs.createClient({ url: wsUrl.href }) });
const defaultQuery = \`# What ran last. Ctrl-Enter runs the query; the book on the left holds the schema.
query LastExecutions {
  executions(first: 10) {
    nodes {
      id
      namespace
      flowId
      state
      durationMs
      taskRuns {
        nodes {
          taskId
          state
        }
      }
    }
  }
}

# The one at the top has its log here, live: put its id in.
subscription Log {
  executionLogs(executionId: "…") {
    lines {
      at
      level
      taskId
      message
    }
    cursor
    ended
  }
}
\`;
const page = React.createElement(GraphiQL, { fetcher, defaultQuery, defaultEditorToolsVisibility: true });
ReactDOM.createRoot(document.getElementById('graphiql')).render(page);
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Tutti</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/graphiql/graphiql.css" />
    <link rel="stylesheet" href="/graphiql/page.css" />
  </head>
  <body>
    <div id="graphiql"></div>
    <script src="/graphiql/react.js"></script>
    <script src="/graphiql/react-dom.js"></script>
    <script src="/graphiql/graphql-ws.js"></script>
    <script src="/graphiql/graphiql.js"></script>
    <script src="/graphiql/start.js"></script>
  </body>
</html>
`;

/** Own scripts only; the editor sets styles by script and brings its fonts as data. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL at the root address, until a UI takes its place. */
export class GraphiqlPage {
  readonly #texts: ReadonlyMap<string, Reply> = new Map([
    ['/', text(PAGE, 'text/html', { 'content-security-policy': CONTENT_SECURITY_POLICY })],
    ['/graphiql/start.js', text(START_SCRIPT, 'text/javascript')],
    ['/graphiql/page.css', text('html, body, #graphiql { height: 100%; margin: 0; }\n', 'text/css')],
  ]);

  /**
   * The page or one of its files.
   * @throws {UserError} UNAUTHENTICATED: the browser then asks for the login that GraphQL needs anyway.
   */
  find(path: string, caller: Caller): Reply | undefined {
    const name = path.startsWith('/graphiql/') ? path.slice('/graphiql/'.length) : '';
    const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    const known = this.#texts.get(path);
    if (!asset && !known) return undefined;
    authorize(caller, 'system:read');
    return known ?? (asset && file(asset));
  }
}

function text(body: string, type: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status: 200,
    headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache', ...headers },
    body,
  };
}

function file({ npm, path, type }: (typeof ASSETS)[string]): Reply {
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'public, max-age=3600' };
  return { status: 200, headers, body: createReadStream(new URL(path, packageFolder(npm))) };
}
