import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIVE = ['flow-registry', 'executor', 'task-runner', 'trigger', 'gateway'];

interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly container_name?: string;
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, object>>;
}

const compose = parse(readFileSync(`${ROOT}docker-compose.yml`, 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Container>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const dockerfile = readFileSync(`${ROOT}Dockerfile`, 'utf8');
const { services } = compose;

/** Every variable that some service's settings declare, as their sources name them. */
function declaredSettings(): Set<string> {
  const sources = execFileSync('git', ['ls-files', 'services/*/src/*.ts', 'packages/*/src/*.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const text = sources
    .trim()
    .split('\n')
    .filter((file) => existsSync(ROOT + file))
    .map((file) => readFileSync(ROOT + file, 'utf8'));
  return new Set(text.join('\n').match(/TUTTI_[A-Z_]+[A-Z]/g));
}

describe('docker-compose.yml', () => {
  it('has NATS, PostgreSQL and the five services', () => {
    expect(Object.keys(services).sort()).toEqual([...FIVE, 'nats', 'postgres'].sort());
  });

  it('runs the five from one image, each its own built file', () => {
    expect(new Set(FIVE.map((name) => services[name]?.image)).size).toBe(1);
    for (const name of FIVE) expect(services[name]?.command?.at(-1)).toBe(`build/services/${name}.js`);
  });

  it('lets each service be scaled: no fixed name, no published port but the gateway’s', () => {
    for (const name of FIVE) {
      expect(services[name]?.container_name).toBeUndefined();
      if (name !== 'gateway') expect(services[name]?.ports).toBeUndefined();
    }
  });

  it('waits for healthy servers', () => {
    for (const name of FIVE)
      expect(services[name]?.depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        nats: { condition: 'service_healthy' },
      });
    expect(services['nats']?.healthcheck).toBeDefined();
    expect(services['postgres']?.healthcheck).toBeDefined();
    expect(dockerfile).toMatch(/^HEALTHCHECK/m);
  });

  it('gives the task-runner no way into the database', () => {
    expect(Object.keys(services['task-runner']?.environment ?? {})).toEqual(['TUTTI_NATS_URL']);
  });

  it('declares every volume it mounts', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((one) => one.split(':')[0] ?? ''),
    );
    for (const volume of mounted) expect(Object.keys(compose.volumes)).toContain(volume);
  });

  it('sets only variables that some service reads', () => {
    const declared = declaredSettings();
    const inCompose = Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment));
    const inImage = dockerfile.match(/\bTUTTI_[A-Z_]+(?==)/g) ?? [];
    const set = [...inCompose, ...inImage].filter((name) => name.startsWith('TUTTI_'));
    // Ports of health are named after the service at run time.
    const unread = set.filter((name) => !declared.has(name) && !/^TUTTI_\w+_HEALTH_PORT$/.test(name));
    expect(unread).toEqual([]);
  });
});
