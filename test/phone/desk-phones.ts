import type { TestSystem } from '../helpers/system.ts';
import { DeskPhone, type PhoneCall } from './desk-phone.ts';
import type { Account } from './scenario.ts';

/**
 * What plugs desk phones in at a system, by an extension's number or an account; each call of theirs has audio ports of its own.
 * @param firstMedia counted from the system's first port for phones
 */
export function deskPhonesOf(system: TestSystem, firstMedia = 50): (who: string | Account) => Promise<DeskPhone> {
  let media = system.phonePorts + firstMedia - 2;
  return (who) =>
    DeskPhone.open(system.sipPort, typeof who === 'string' ? system.account(who) : who, () => (media += 2));
}

/** One calls the other, who answers. @returns the talk as each of them has it */
export async function talk(caller: DeskPhone, number: string, called: DeskPhone): Promise<[PhoneCall, PhoneCall]> {
  const calling = caller.call(number);
  const answered = await called.answers();
  return [await calling, answered];
}
