/** A business error: HTTP 200 with a sentence for a person (wire-compatible with the documented answers). */
export interface Refusal {
  readonly status: 'error';
  readonly msg: string;
  readonly errors?: readonly string[];
}

/** @param errors one sentence for each thing that is wrong; left out where the documentation's answer has none */
export function refuse(msg: string, errors?: readonly string[]): Refusal {
  return errors === undefined ? { status: 'error', msg } : { status: 'error', msg, errors };
}
