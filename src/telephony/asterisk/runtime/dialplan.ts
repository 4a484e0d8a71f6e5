/** Names the dialplan shares with the control plane. */
export const dialplan = {
  /** The Stasis application. */
  application: 'uirapuru',
  /** Context of every extension. */
  fromExtension: 'from-extension',
  /** Where ARI sends a channel on (`continue`) when the control plane cannot serve it: context, extension `s`, priority 1. */
  fallback: 'fallback',
  /** The AOR whose `mailboxes` lists, by commas, the endpoints that ring in the fallback (ADR 0003). */
  fallbackAor: 'uirapuru-fallback',
  /** What the fallback says, below the sounds folder. */
  fallbackSound: 'uirapuru/fallback',
  /** What it says when nobody answered. */
  fallbackNobodySound: 'uirapuru/fallback_nobody',
} as const;

const fallbackRingSeconds = 60;

/**
 * The whole dialplan: into Stasis, and where Stasis is not there, a sentence and the fallback extensions. It is made of
 * constants alone. Endpoint names are read at the time of the call from an AOR, which ARI keeps in AstDB, and pass a
 * filter, so that nothing in them can be another dial option.
 */
export function renderDialplan(): string {
  const { application, fromExtension, fallback, fallbackAor, fallbackSound, fallbackNobodySound } = dialplan;
  const filtered = `\${FILTER(0-9a-zA-Z_\\-\\,,\${PJSIP_AOR(${fallbackAor},mailboxes)})}`;
  return `[general]
static=yes
writeprotect=yes

[${fromExtension}]
exten => _[0-9*#+]!,1,Stasis(${application})
 same => n,GotoIf($["\${STASISSTATUS}" = "FAILED"]?${fallback},s,1)
 same => n,Hangup()

[${fallback}]
exten => s,1,Answer()
 same => n,Set(WAITING=${filtered})
 same => n,Set(RING=)
 same => n,While($["\${WAITING}" != ""])
 same => n,Set(ONE=\${SHIFT(WAITING)})
 same => n,ExecIf($["\${ONE}" != ""]?Set(RING=\${RING}&PJSIP/\${ONE}))
 same => n,EndWhile()
 same => n,Playback(${fallbackSound})
 same => n,GotoIf($["\${RING}" = ""]?nobody)
 same => n,Dial(\${RING:1},${fallbackRingSeconds},m)
 same => n(nobody),Playback(${fallbackNobodySound})
 same => n,Hangup()
`;
}
