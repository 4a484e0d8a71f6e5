/** User and password of a header `Authorization: Basic …` (RFC 7617): the first colon stands between them. */
export function basicOf(authorization: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^\s*Basic\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? { user: text, password: '' } : { user: text.slice(0, at), password: text.slice(at + 1) };
}
