import { create } from 'qrcode';
import type { Pen, Place } from './pen.ts';

const side = 116;
/** Modules left blank around the code, as readers ask for (ISO/IEC 18004 section 6.3.8). */
const quiet = 4;

/** The Pix code twice: as QR for a telephone's camera, and as text to copy. */
export function drawPixBox(pen: Pen, { x, y, width }: Omit<Place, 'height'>, pixCode: string): void {
  pen.box(x, y, width, side + 12, { fill: pen.tint });
  pen.box(x + 6, y + 6, side, side, { fill: '#ffffff' });
  drawQr(pen, x + 6, y + 6, pixCode);
  const at = { x: x + side + 24, width: width - side - 36 };
  pen.text('Pague com Pix', { ...at, y: y + 12, size: 14, bold: true, color: pen.accent });
  pen.text('No aplicativo do seu banco escolha Pix e leia o código ao lado, ou copie e cole este:', {
    ...at,
    y: y + 32,
    size: 8.5,
    height: 24,
  });
  pen.text(pixCode, { ...at, y: y + 52, size: 8, height: 62, fixed: true });
}

/** Error correction M, which the Banco Central's manual names for printed codes. */
function drawQr(pen: Pen, x: number, y: number, text: string): void {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const module = side / (modules.size + 2 * quiet);
  const place = (index: number) => (index + quiet) * module;
  pen.bars(
    (function* runs() {
      for (let row = 0; row < modules.size; row++) {
        for (let column = 0; column < modules.size; column++) {
          const from = column;
          while (column < modules.size && modules.get(row, column) === 1) column++;
          if (column > from) yield [x + place(from), y + place(row), (column - from) * module, module] as const;
        }
      }
    })(),
  );
}
