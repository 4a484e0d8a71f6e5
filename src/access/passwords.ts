import { verify } from '@node-rs/argon2';

export { hash as hashPassword } from '@node-rs/argon2';

/**
 * Whether a password is the one of an argon2id hash. Without a hash it is not, which takes as long: the answer tells
 * nothing of whether the name beside it is known.
 */
export async function isPassword(hash: string | undefined, password: string): Promise<boolean> {
  return (await verify(hash ?? decoyHash, password)) && hash !== undefined;
}

/** Of a password that nobody has, as costly as those that `hashPassword` makes. */
const decoyHash = '$argon2id$v=19$m=19456,t=2,p=1$8KYaU0SC7lhTxoZ13h2lzQ$F0YqGeIqlqqCYtpbud+gGCOSrKkxhlaOqQ2vcDC5H8I';
