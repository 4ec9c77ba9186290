import { describe, expect, it } from 'vitest';
import { cloudEventHeaders, subjects } from './index.ts';

const SUBJECT = subjects.executionEvent('ended', 'e1', 'company.team', 'hello');

describe('cloudEventHeaders', () => {
  const headers = cloudEventHeaders(SUBJECT, 'e1/4', '2026-01-01T00:00:00.123Z');

  it('have what CloudEvents 1.0 requires', () => {
    expect(headers).toMatchObject({ 'ce-specversion': '1.0', 'ce-id': 'e1/4', 'ce-source': '/tutti' });
    expect(headers['ce-type']).toBe('tutti.execution.ended.v1');
  });

  it('name the execution and its flow as the subject of the event', () => {
    expect(headers['ce-subject']).toBe('e1.company.team.hello');
  });

  it('say when, as RFC 3339', () => {
    expect(headers['ce-time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    expect(cloudEventHeaders(SUBJECT, 'e1/5')['ce-time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  });

  it('say that the body is JSON', () => expect(headers['content-type']).toBe('application/json'));

  it('use only names and characters that a NATS header and a CloudEvents attribute may have', () => {
    for (const [name, value] of Object.entries(headers)) {
      expect(name).toMatch(/^(ce-[a-z0-9]{1,20}|content-type)$/);
      expect(value).toMatch(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/);
    }
  });

  it('give each kind of event a type of its own', () => {
    const flow = cloudEventHeaders(subjects.flowEvent('saved', 'company', 'hello'), 'flow/company/hello/1');
    const taskRun = cloudEventHeaders(subjects.taskRunEvent('updated', 'e1', 'company', 'hello'), 'e1/4/0');
    expect([flow['ce-type'], taskRun['ce-type']]).toEqual(['tutti.flow.saved.v1', 'tutti.taskrun.updated.v1']);
  });
});
