import type { Page, Paged } from '../../isp/service.ts';

/** The part of a list that a request asks for; a part that cannot be is the nearest that can. */
export function pageOf(
  asked: { readonly offset?: number | undefined; readonly limit?: number | undefined },
  most: number,
): Page {
  const { offset = 0, limit = most } = asked;
  return { offset: Math.min(Math.max(offset, 0), 2 ** 31 - 1), limit: Math.min(Math.max(limit, 1), most) };
}

/** The envelope of every list: where this part begins, how long it may be, how long it is, how long the whole is. */
export function paginacaoOf({ offset, limit }: Page, { total, rows }: Paged<unknown>) {
  return { offset, limit, parcial: rows.length, total };
}
