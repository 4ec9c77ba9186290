/**
 * A dashboard in its smallest form: prints every execution that has ended in the last hour, and then each as it ends.
 *
 *   node examples/consumers/follow-executions.mjs                  all of them
 *   node examples/consumers/follow-executions.mjs company.team     those of a namespace and the namespaces below it
 *
 * It speaks to the NATS server of the Tutti in this clone, or to the one that TUTTI_NATS_URL names. Elsewhere it needs
 * nothing but `npm install nats`.
 */
import { readFileSync } from 'node:fs';
import { DeliverPolicy, connect } from 'nats';

const [namespace] = process.argv.slice(2);
const HOUR_MS = 60 * 60 * 1000;

const connection = await connect(server());

// The events of the last seven days lie in the stream EVENTS. An ordered consumer reads them without leaving a trace on the
// server, and begins again by itself where it was cut off.
const consumer = await connection.jetstream().consumers.get('EVENTS', {
  filterSubjects: `evt.execution.ended.*.${namespace ? `${namespace}.>` : '>'}`,
  deliver_policy: DeliverPolicy.StartTime,
  opt_start_time: new Date(Date.now() - HOUR_MS).toISOString(),
});

// An event may come twice, under the same ce-id, and an older state after a newer one when a partition changed hands:
// the version tells.
const versions = new Map();
for await (const message of await consumer.consume()) {
  const { execution } = message.json();
  const { id, version, state, flowId, createdAtMs, endedAtMs } = execution;
  if ((versions.get(id) ?? -1) >= version) continue;
  versions.set(id, version);
  const seconds = ((endedAtMs - createdAtMs) / 1000).toFixed(3);
  console.log(
    `${new Date(endedAtMs).toISOString()} ${state.padEnd(9)} ${seconds} s  ${execution.namespace}.${flowId} ${id}`,
  );
}

/** Address and token of the server. */
function server() {
  const url = process.env.TUTTI_NATS_URL;
  if (url) {
    const { hostname, port, username, password } = new URL(url);
    const login = password ? { user: username, pass: password } : { token: username || undefined };
    return { servers: `${hostname}:${port || 4222}`, ...login };
  }
  const home = process.env.TUTTI_HOME ?? new URL('../../.tutti', import.meta.url).pathname;
  const { nats } = JSON.parse(readFileSync(`${home}/run/ports.json`, 'utf8'));
  const { natsToken } = JSON.parse(readFileSync(`${home}/secrets.json`, 'utf8'));
  return { servers: `127.0.0.1:${nats}`, token: natsToken };
}
