/** Names the dialplan shares with the control plane. */
export const dialplan = {
  /** The Stasis application. */
  application: 'uirapuru',
  /** Context of every extension. */
  fromExtension: 'from-extension',
  /** Context of every trunk. */
  fromTrunk: 'from-trunk',
  /** Where ARI sends a channel on (`continue`) when the control plane cannot serve it: context, extension `s`, priority 1. */
  fallback: 'fallback',
  /** What the fallback says, below the sounds folder. */
  fallbackSound: 'uirapuru/fallback',
  /** What it says when nobody answered. */
  fallbackNobodySound: 'uirapuru/fallback_nobody',
} as const;

const fallbackRingSeconds = 60;

const fallbackAorPrefix = 'uirapuru-fallback-';

/** The AOR whose `mailboxes` lists, by commas, the endpoints that ring in the fallback of a tenant's calls (ADR 0003). */
export function fallbackAor(tenantId: number): string {
  return `${fallbackAorPrefix}${tenantId}`;
}

/**
 * The whole dialplan: into Stasis, and where Stasis is not there, a sentence and the fallback extensions. It is made of
 * constants alone; the control plane is told the caller's codec. Endpoint names are read at the time of the call from an AOR, which ARI keeps in AstDB. Every phone
 * registered on each rings: `PJSIP/<name>` alone would ring but one, maybe one that is gone. Names and addresses pass a
 * filter, so that nothing in them can be another destination or dial option.
 *
 * `h` is where Asterisk sends who hangs up: letters in the numbers of trunks must not match it, or each call that has ended
 * came to us once more, and its end with another cause to the network.
 */
export function renderDialplan(): string {
  const { application, fromExtension, fromTrunk, fallback, fallbackSound, fallbackNobodySound } = dialplan;
  // The account code of a channel is its tenant.
  const aor = `${fallbackAorPrefix}\${FILTER(0-9,\${CHANNEL(accountcode)})}`;
  const filtered = `\${FILTER(0-9a-zA-Z_@.\\-\\,,\${PJSIP_AOR(${aor},mailboxes)})}`;
  // What a SIP address is made of, without `&` and `,`; the codes are `;`, `[` and `]`.
  const address = `\${FILTER(0-9a-zA-Z.:@=_%+*~!?/\\-\\x3b\\x5b\\x5d,\${PJSIP_CONTACT(\${SHIFT(CONTACTS)},uri)})}`;
  return `[general]
static=yes
writeprotect=yes

[${fromExtension}]
exten => _[0-9*#+]!,1,Set(PJSIP_TRANSFER_HANDLING()=ari-only)
 same => n,Stasis(${application},\${CHANNEL(audionativeformat)})
 same => n,GotoIf($["\${STASISSTATUS}" = "FAILED"]?${fallback},s,1)
 same => n,Hangup()

[${fromTrunk}]
exten => _[0-9a-zA-Z*#+]!,1,Stasis(${application},\${CHANNEL(audionativeformat)})
 same => n,GotoIf($["\${STASISSTATUS}" = "FAILED"]?${fallback},s,1)
 same => n,Hangup()
exten => h,1,NoOp()

[${fallback}]
exten => s,1,Answer()
 same => n,Set(WAITING=${filtered})
 same => n,Set(RING=)
 same => n,While($["\${WAITING}" != ""])
 same => n,Set(ONE=\${SHIFT(WAITING)})
 same => n,Set(CONTACTS=\${PJSIP_AOR(\${ONE},contact)})
 same => n,While($["\${CONTACTS}" != ""])
 same => n,Set(RING=\${RING}&PJSIP/\${ONE}/${address})
 same => n,EndWhile()
 same => n,EndWhile()
 same => n,Playback(${fallbackSound})
 same => n,GotoIf($["\${RING}" = ""]?nobody)
 same => n,Dial(\${RING:1},${fallbackRingSeconds},m)
 same => n(nobody),Playback(${fallbackNobodySound})
 same => n,Hangup()
`;
}
