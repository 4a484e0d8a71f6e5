import { z } from 'zod';
import { invoicePages } from '../isp/billing/service.ts';
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

const wayOfHtml = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
} as const;

/**
 * `GET /boleto/<token>`, `GET /pdf/fatura/<token>`: the bill as PDF, for the subscriber who was given the address. A person reads the answer, so that
 * also what goes wrong is a page in Portuguese.
 */
export function invoicePage(app: TypedApp, openInvoice: OpenInvoice): void {
  for (const page of invoicePages) serve(app, page, openInvoice);
}

function serve(app: TypedApp, page: string, openInvoice: OpenInvoice): void {
  app.get(
    // Not a parameter: of those the router refuses the longer ones in its own words.
    `/${page}/*`,
    {
      schema: { hide: true, params: z.object({ '*': z.string() }) },
      errorHandler: (error, request, reply) => {
        request.log.error({ err: error }, 'a bill could not be shown');
        void reply
          .code(503)
          .headers({ ...discreet, ...wayOfHtml, 'retry-after': 60 })
          .send(notNow);
      },
    },
    async (request, reply) => {
      reply.headers(discreet);
      const pdf = await openInvoice(request.params['*']);
      if (pdf === undefined) return reply.code(404).headers(wayOfHtml).send(nothingHere);
      return reply.type('application/pdf').header('content-disposition', 'inline; filename="fatura.pdf"').send(pdf);
    },
  );
}

/** The same for every token that leads nowhere, whatever the reason. */
const nothingHere = page(
  'Fatura não encontrada',
  'Este endereço não existe ou não vale mais. Confira se ele foi copiado por inteiro, ou peça a segunda via ao seu provedor.',
);

const notNow = page('Um momento', 'A fatura não pode ser mostrada agora. Tente de novo em alguns minutos.');

function page(title: string, sentence: string): string {
  return `<!DOCTYPE html>
<html lang="pt-BR">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title}</title></head>
<body style="font-family:sans-serif;max-width:32em;margin:15vh auto;padding:0 1em;line-height:1.5;color:#1a1a1a">
<h1 style="font-size:1.4em">${title}</h1>
<p>${sentence}</p>
</body>
</html>
`;
}
