import type { Commission, Painted } from './boleto-painter.ts';
import { drawBoleto } from './boleto-pdf.ts';

/** The process that `boleto-painter.ts` starts: a page for each sheet it is sent. It ends with the one who started it. */
process.on('message', ({ id, sheet }: Commission) => {
  drawBoleto(sheet).then(
    (pdf) => answer({ id, pdf }),
    (error: unknown) => answer({ id, complaint: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

function answer(painted: Painted): void {
  process.send?.(painted);
}
