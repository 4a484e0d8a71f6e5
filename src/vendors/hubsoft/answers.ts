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

/**
 * What is answered when fields are missing or wrong.
 * @param faults what is wrong with each, without a period; they have one on the wire
 */
export function refuseFields(faults: readonly string[]): Refusal {
  const errors = faults.map((fault) => `${fault}.`);
  return refuse('Favor preencher os campos obrigatórios de acordo com as especificações', errors);
}

/** What is answered when a field names something that there is not. */
export function refuseValueOf(field: string): Refusal {
  return refuseFields([faultOf(field, noSuchValue)]);
}

/** What is wrong with a value that names something that there is not. */
export const noSuchValue = 'é inválido';

/** @param fault what is wrong, as the shapes of the fields say it */
export function faultOf(field: string, fault: string): string {
  return `O ${fault === noSuchValue ? 'valor selecionado para o campo' : 'campo'} ${field} ${fault}`;
}
