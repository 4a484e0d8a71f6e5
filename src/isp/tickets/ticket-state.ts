/** Where a ticket stands; the provider's own statuses are names for these. */
export type TicketState = 'awaiting_review' | 'pending' | 'closed';

/** Where a ticket may go from each state. A closed one stays closed: what comes up again is a new ticket. */
export const ticketTransitions: Readonly<Record<TicketState, readonly TicketState[]>> = {
  awaiting_review: ['awaiting_review', 'pending', 'closed'],
  pending: ['awaiting_review', 'pending', 'closed'],
  closed: [],
};
