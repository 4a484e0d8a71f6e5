/** Deaths in a row, each soon after the start, before nothing more is tried. */
const tolerated = 8;
const quickMs = 10_000;
const longestPauseMs = 10_000;

/**
 * What to do after the control plane ended without being asked to. Pure.
 *
 * An error at the very first start (a wrong setting, a taken port) is the user's to put right, and its code is passed on.
 * Once it was ready, whatever ended it is ours to recover from: calls may be waiting in Asterisk.
 *
 * @param {{wasReady: boolean, quickDeaths: number}} history
 * @param {{code: number | null, signal: string | null, ready: boolean, hung: boolean, livedMs: number}} end
 *   `hung`: it did not answer any more, and we ended it
 */
export function afterDeath(history, end) {
  if (end.code === 0) return { kind: 'exit', code: 0 };
  const wasReady = history.wasReady || end.ready;
  const told = end.code !== null && end.code >= 64 && end.code <= 78 && end.code !== 70;
  if (told && !wasReady) return { kind: 'exit', code: end.code };
  const quickDeaths = end.livedMs < quickMs ? history.quickDeaths + 1 : 1;
  const how = howItEnded(end);
  if (quickDeaths > tolerated) {
    return {
      kind: 'give up',
      history: { wasReady, quickDeaths },
      sentence:
        `The control plane ${how}, ${quickDeaths} times in a row. Nothing more is tried; logs/uirapuru.log in the home folder says why. ` +
        'Asterisk still answers calls with its fallback; `npm run stop` ends it.',
    };
  }
  const pauseMs = quickDeaths === 1 ? 0 : Math.min(longestPauseMs, 250 * 2 ** (quickDeaths - 1));
  return {
    kind: 'restart',
    history: { wasReady, quickDeaths },
    pauseMs,
    sentence: `The control plane ${how}. It is started again${pauseMs === 0 ? '' : ` in ${pauseMs / 1000} s`}; calls go on.`,
  };
}

function howItEnded({ code, signal, hung }) {
  if (hung) return 'did not answer any more and was ended';
  return signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
}
