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

/** What is answered when fields are missing or wrong. */
export function refuseFields(errors: readonly string[]): Refusal {
  return refuse('Favor preencher os campos obrigatórios de acordo com as especificações', errors);
}

/** What is answered when a field names something that there is not. */
export function refuseValueOf(field: string): Refusal {
  return refuseFields([`O valor selecionado para o campo ${field} é inválido`]);
}
