/** In all of the documentation's samples a ticket counts down from an hour. */
const allowedMinutes = 60;

/** How long a ticket was open, and what is left of the time that it should take; negative when it takes longer. */
export function ticketClockOf(openedAt: Date, until: Date) {
  const minutes = Math.max(0, Math.floor((until.getTime() - openedAt.getTime()) / 60_000));
  const left = allowedMinutes - minutes;
  const share = Math.max(0, Math.round((left / allowedMinutes) * 100));
  return {
    minutos_em_aberto: minutes,
    tempo_restante: `${left < 0 ? '-' : ''}${Math.floor(Math.abs(left) / 60)}h ${Math.abs(left) % 60}min`,
    percentual_tempo_restante: share,
    percentual_color_class: `white-fg md-${colorOf(share)}-bg`,
  };
}

function colorOf(share: number): string {
  if (share === 0) return 'red';
  return share < 50 ? 'orange' : 'green';
}
