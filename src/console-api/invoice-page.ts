import { z } from 'zod';
import type { TypedApp } from './typed-app.ts';

/** The PDF of the invoice that a token was given out for; undefined when it never was, or has ended. */
export type OpenInvoice = (token: string) => Promise<Buffer | undefined>;

/** Whoever holds the address sees a bill: no cache, no search engine and no other site is to learn of it. */
const discreet = {
  'cache-control': 'private, no-store',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** `GET /boleto/<token>`: the bill as PDF, for the subscriber who was given the address. */
export function invoicePage(app: TypedApp, openInvoice: OpenInvoice): void {
  app.get(
    '/boleto/:token',
    { schema: { hide: true, params: z.object({ token: z.string() }) } },
    async (request, reply) => {
      reply.headers(discreet);
      const pdf = await openInvoice(request.params.token);
      if (pdf !== undefined) {
        return reply.type('application/pdf').header('content-disposition', 'inline; filename="fatura.pdf"').send(pdf);
      }
      return reply
        .code(404)
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type('text/html; charset=utf-8')
        .send(nothingHere);
    },
  );
}

/** The same for every token that leads nowhere, whatever the reason. */
const nothingHere = `<!DOCTYPE html>
<html lang="pt-BR">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>Fatura não encontrada</title></head>
<body style="font-family:sans-serif;max-width:32em;margin:15vh auto;padding:0 1em;line-height:1.5;color:#1a1a1a">
<h1 style="font-size:1.4em">Fatura não encontrada</h1>
<p>Este endereço não existe ou não vale mais. Confira se ele foi copiado por inteiro, ou peça a segunda via ao seu provedor.</p>
</body>
</html>
`;
