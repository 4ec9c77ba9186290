/** An address of a repository, taken apart. */
export interface Address {
  /** As git is given it: without user and password, which would end up in `.git/config` and in messages. */
  readonly url: string;
  readonly protocol: 'file' | 'http' | 'ssh' | 'other';
  /** Of http: what credentials are for. */
  readonly origin?: string;
  readonly username?: string;
  readonly password?: string;
}

/** Takes credentials out of an address. A path and `git@host:path` are addresses, too. */
export function parseAddress(given: string): Address {
  const url = given.trim();
  if (/^https?:/i.test(url)) return httpAddress(url);
  if (/^file:/i.test(url) || /^[/.]/.test(url)) return { url, protocol: 'file' };
  if (/^ssh:/i.test(url) || /^[^/:]+:(?!\/\/)/.test(url)) return { url, protocol: 'ssh' };
  return { url, protocol: 'other' };
}

function httpAddress(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return { url: text, protocol: 'other' };
  const { username, password, origin } = url;
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    protocol: 'http',
    origin,
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
}
