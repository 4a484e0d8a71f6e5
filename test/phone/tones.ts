/** Sound, as samples from -1 to 1. */
export interface Sound {
  readonly samples: Float64Array;
  readonly rate: number;
}

/**
 * The part of a sound's power that a tone of this frequency is (Goertzel's algorithm): near 1 for the tone alone, near 0 for
 * another one; 0 for silence.
 */
export function shareOfTone({ samples, rate }: Sound, hz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [last, beforeLast, power] = [0, 0, 0];
  for (const sample of samples) {
    [last, beforeLast] = [sample + factor * last - beforeLast, last];
    power += sample * sample;
  }
  if (power / samples.length < quietest) return 0;
  const found = last * last + beforeLast * beforeLast - factor * last * beforeLast;
  return (2 * found) / (power * samples.length);
}

/** Mean square below which there is nothing but noise. */
const quietest = 1e-5;
