/**
 * CloudEvents 1.0 headers (binary mode of the NATS binding) for a message on a public subject. The id makes a message
 * that is published twice recognisable; the type is the subject's first three levels with the version of its body.
 */
export function cloudEventHeaders(
  subject: string,
  id: string,
  time = new Date().toISOString(),
): Readonly<Record<string, string>> {
  const [, noun = '', kind = '', ...rest] = subject.split('.');
  return {
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-source': '/tutti',
    'ce-type': `tutti.${noun}.${kind}.v1`,
    'ce-subject': rest.join('.'),
    'ce-time': time,
    'content-type': 'application/json',
  };
}
