/** A noun that can be counted aloud; its words and gender are in `nouns.ts`. */
export type Noun = 'contract' | 'invoice' | 'ticket' | 'person' | 'day' | 'hour' | 'minute' | 'message' | 'attempt';

/** What fills the slots of a prompt: one utterance a slot, or several said in a row. */
export type SlotValues = Readonly<Record<string, Utterance | readonly Utterance[]>>;

/**
 * One thing to say to a caller. Fixed prompts, numbers, dates and digits come from recorded fragments; `name`,
 * `street` and `text` are free text and go to the live voice (cached).
 */
export type Utterance =
  /** A prompt of `prompts/pt-BR.yaml` by its id. */
  | { readonly say: string; readonly with?: SlotValues }
  /** Spoken one by one, six as "meia": the last digits of a CPF, a telephone number. */
  | { readonly digits: string }
  /** A key to be pressed, 0 to 9, `*` or `#`; six is "seis". */
  | { readonly key: string }
  /** 14 digits, spoken one by one with a breath after the date part. */
  | { readonly protocol: string }
  /** Reais, in cents, 0 to 99,999,999,999. */
  | { readonly amountCents: number }
  /** Day and month; the year too when it is not the nearest such day. YYYY-MM-DD. */
  | { readonly date: string }
  /** Time of day with its article: "às treze horas e trinta minutos", "à uma hora", "ao meio-dia". HH:MM. */
  | { readonly time: string }
  /** A duration in minutes: "uma hora e trinta minutos". */
  | { readonly minutes: number }
  /** How many of something: "duas faturas", "um contrato", "nenhuma fatura". */
  | { readonly count: number; readonly of: Noun }
  /** A person's or company's name, in any case; only the first name is said where `first` is set. */
  | { readonly name: string; readonly first?: boolean }
  /** A street with or without abbreviations and number: "R. das Flores, 12". */
  | { readonly street: string }
  /** Any other text; it may hold slots as a prompt does. */
  | { readonly text: string; readonly with?: SlotValues };
