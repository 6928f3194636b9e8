/**
 * The inbox port; stores fulfil it over their databases.
 *
 * @module
 */

export type { Inbox, InboxEntry } from "./inbox.ts";
