import { inspect } from 'node:util';

/**
 * A value that belongs to a person (CPF, telephone, e-mail). Whatever prints it prints the mask; only `reveal()`
 * gives the value itself, and it is called at the edge that needs it: SQL, the ERP's wire, the mail envelope.
 */
export class Personal {
  readonly #value: string;
  readonly #mask: string;

  constructor(value: string, mask: string) {
    this.#value = value;
    this.#mask = mask;
  }

  /** The value in clear. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return this.#mask;
  }

  toJSON(): string {
    return this.#mask;
  }

  [inspect.custom](): string {
    return this.#mask;
  }
}

/** An e-mail address whose mask keeps the first letter and the domain: `m***@provedor.net.br`. */
export function personalEmail(address: string): Personal {
  const at = address.lastIndexOf('@');
  return new Personal(address, at < 1 ? '***' : `${address[0]}***${address.slice(at)}`);
}
