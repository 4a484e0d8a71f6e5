/** Shows what goes on at the start: one line that changes in a terminal, a few plain lines elsewhere. */
export interface ProgressLine {
  show(what: string, percent?: number): void;
  /** Removes the line, so that what is printed next begins on a clean one. */
  clear(): void;
}

/** How often a growing percentage is worth a line where lines stay. */
const plainStep = 25;

/** @param out where to, usually `process.stdout` */
export function progressLine(out: NodeJS.WriteStream): ProgressLine {
  let last = '';
  const changing = (what: string, percent?: number): void => {
    out.write(`\r\u001B[K${what}${percent === undefined ? ' ...' : `: ${Math.floor(percent)} %`}`);
  };
  const plain = (what: string, percent?: number): void => {
    const step = percent === undefined ? '' : `: ${Math.floor(percent / plainStep) * plainStep} %`;
    const line = `${what}${step === '' ? ' ...' : step}`;
    if (line !== last) out.write(`${line}\n`);
    last = line;
  };
  return {
    show: out.isTTY ? changing : plain,
    clear: () => {
      if (out.isTTY) out.write('\r\u001B[K');
    },
  };
}
