// pure

export interface TicketLine {
  readonly origin: string;
  readonly ticketKey: string;
  readonly userKey: string;
  readonly plan: string;
  readonly priority: string;
  readonly openedMs: number;
  readonly firstResponseMs: number | null;
  readonly closedMs: number | null;
  readonly satisfaction: number | null;
}
