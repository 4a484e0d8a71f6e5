/** What the parts of a page draw with: few sizes and colours, and text that never leaves its place. */
export interface Pen {
  readonly dark: string;
  readonly soft: string;
  readonly faint: string;
  readonly tint: string;
  readonly accent: string;
  /** One line, cut with an ellipsis where it is too long; with `height`, as many lines as fit. */
  text(text: string, at: TextPlace): void;
  line(x1: number, y1: number, x2: number, y2: number, style?: LineStyle): void;
  box(x: number, y: number, width: number, height: number, style: { fill?: string; border?: string }): void;
  /** Dark rectangles without gaps or overlap, such as bars; each is x, y, width, height. */
  bars(rectangles: Iterable<readonly [number, number, number, number]>): void;
  /** A field of a form: a small label, and below it the value. */
  cell(place: Place, label: string, value: string, style?: { align?: 'left' | 'right'; bold?: boolean }): void;
  /** Large, pale, aslant, over what is there. */
  stamp(text: string, at: Omit<Place, 'height'>): void;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface TextPlace extends Omit<Place, 'height'> {
  readonly size: number;
  readonly height?: number;
  readonly bold?: boolean;
  readonly fixed?: boolean;
  readonly align?: 'left' | 'right' | 'center';
  readonly color?: string;
}

interface LineStyle {
  readonly color?: string;
  readonly thickness?: number;
  readonly dash?: number;
}

const dark = '#1a1a1a';

/** A pen over pdfkit with the fonts that every reader has, so that nothing is embedded. */
export function createPen(document: PDFKit.PDFDocument): Pen {
  const pen: Pen = {
    dark,
    soft: '#5c6670',
    faint: '#d5dade',
    tint: '#eef3f2',
    accent: '#0b6e5d',
    text(text, { x, y, width, size, height, bold = false, fixed = false, align = 'left', color = dark }) {
      const family = fixed ? 'Courier' : 'Helvetica';
      document.font(bold ? `${family}-Bold` : family, size).fillColor(color);
      // An ellipsis needs a height: one line's where none is given.
      document.text(printable(text), x, y, { width, align, height: height ?? size, ellipsis: '…', lineGap: 1 });
    },
    line(x1, y1, x2, y2, { color = dark, thickness = 0.5, dash } = {}) {
      document.save().lineWidth(thickness).strokeColor(color);
      if (dash !== undefined) document.dash(dash, { space: dash });
      document.moveTo(x1, y1).lineTo(x2, y2).stroke().restore();
    },
    box(x, y, width, height, { fill, border }) {
      if (fill !== undefined) document.rect(x, y, width, height).fill(fill);
      if (border !== undefined) document.lineWidth(0.5).rect(x, y, width, height).stroke(border);
    },
    bars(rectangles) {
      for (const [x, y, width, height] of rectangles) document.rect(x, y, width, height);
      document.fill('#000000');
    },
    cell({ x, y, width, height }, label, value, { align = 'left', bold = false } = {}) {
      pen.box(x, y, width, height, { border: '#8a949c' });
      pen.text(label, { x: x + 3, y: y + 3, width: width - 6, size: 6, color: pen.soft });
      pen.text(value, { x: x + 3, y: y + 12, width: width - 6, size: 8.5, align, bold });
    },
    stamp(text, { x, y, width }) {
      document
        .save()
        .rotate(-12, { origin: [x + width / 2, y + 40] })
        .fillOpacity(0.75);
      pen.text(text, { x, y, width, size: 44, bold: true, align: 'center', color: pen.accent });
      document.restore();
    },
  };
  return pen;
}

/** What the standard fonts hold (Windows-1252); letters of others without their marks, the rest as a question mark. */
function printable(text: string): string {
  return Array.from(text.normalize('NFC'), (character) => {
    if (known.test(character)) return character;
    const plain = character.normalize('NFD').replaceAll(/\p{M}/gu, '');
    return known.test(plain) ? plain : '?';
  }).join('');
}

const known = /^[\n\x20-\x7e\u00a0-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac]+$/;
