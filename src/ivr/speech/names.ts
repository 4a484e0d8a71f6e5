const lowerCaseWords = new Set(['da', 'de', 'do', 'das', 'dos', 'e']);

const streetWords: Readonly<Record<string, string>> = {
  r: 'rua',
  av: 'avenida',
  al: 'alameda',
  tv: 'travessa',
  trav: 'travessa',
  pc: 'praça',
  pç: 'praça',
  pca: 'praça',
  pça: 'praça',
  rod: 'rodovia',
  estr: 'estrada',
  lgo: 'largo',
  jd: 'jardim',
  res: 'residencial',
  ap: 'apartamento',
  apto: 'apartamento',
  bl: 'bloco',
  qd: 'quadra',
  lt: 'lote',
  n: 'número',
  nº: 'número',
  dr: 'doutor',
  dra: 'doutora',
  prof: 'professor',
  cel: 'coronel',
  gov: 'governador',
  pres: 'presidente',
  sta: 'santa',
  sto: 'santo',
};

/** Longer than any honest name or alert: the rest would keep the caller waiting for the voice. */
const longestText = 600;

/** A name as a voice reads it best: ERPs keep "MARIA DA SILVA", which voices spell out. */
export function spokenName(name: string, first = false): string {
  const words = clean(name).split(' ');
  return (first ? words.slice(0, 1) : words).map(titleCase).join(' ');
}

/** A street with its abbreviations written out: "R. das Flores, nº 12" becomes "Rua das Flores, número 12". */
export function spokenStreet(street: string): string {
  const words = clean(street).split(' ');
  return words
    .map((word, index) => {
      const [, letters = '', dot = '', comma = ''] = /^(\p{L}+)(\.?)(,?)$/u.exec(word) ?? [];
      // "Rua N" is a street called N: one letter is an abbreviation only with its dot, or in front of everything.
      const isAbbreviation = letters.length > 1 || dot !== '' || index === 0;
      const full = isAbbreviation ? streetWords[letters.toLowerCase()] : undefined;
      return full === undefined ? titleCase(word) : `${titleCase(full)}${comma}`;
    })
    .join(' ');
}

/** Free text without control characters or runs of blanks, cut at a word before it gets too long. */
export function spokenText(text: string): string {
  const cleaned = clean(text);
  if (cleaned.length <= longestText) return cleaned;
  return cleaned.slice(0, cleaned.lastIndexOf(' ', longestText));
}

function titleCase(word: string): string {
  const lower = word.toLocaleLowerCase('pt-BR');
  if (lowerCaseWords.has(lower)) return lower;
  return lower.replace(/^\p{L}/u, (letter) => letter.toLocaleUpperCase('pt-BR'));
}

function clean(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}<>]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
