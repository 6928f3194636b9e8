/**
 * Dead letters: listed, read, edited, replayed and discarded, the same on every broker.
 *
 * @module
 */

export type { Act, Deed, Operator } from "./act.ts";
export { createDeadLetterOffice, type DeadLetterOfficeOptions } from "./create_office.ts";
export type { LetterFilter } from "./filter.ts";
export type { LetterState } from "./ledger.ts";
export { type DeadLetter, payloadOf } from "./letter.ts";
export {
  type ActView,
  type LetterView,
  type PayloadView,
  type ShownLetterView,
  viewOf,
  viewOfShown,
} from "./letter_view.ts";
export type {
  BulkOptions,
  DeadLetterOffice,
  DiscardResult,
  FiledLetter,
  LetterGroup,
  LetterPage,
  ListQuery,
  ReplayOptions,
  ReplayProgress,
  ReplayResult,
  ShownLetter,
} from "./office.ts";
export { openDeadLetterOffice, type OpenedOffice, type OpenOfficeOptions } from "./open_office.ts";
