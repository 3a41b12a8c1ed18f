/** Comments on a node: kept with the node by their ids, so that those of two people never stand in each other's way. */
import type { JsonObject } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";
import { setNodeKey } from "./commands";
import { isObject } from "./normalise";
import type { DocumentStore } from "./store";

export interface NodeComment {
  id: string;
  text: string;
  by: string;
  /** When it was written, as ISO 8601. */
  at: string;
  isDone: boolean;
}

export const LONGEST_COMMENT = 4000;

/** The comments of a node, the oldest first. What is of another form is kept and not shown. */
export function commentsOf(node: Pick<NodeDoc, "comments">): NodeComment[] {
  if (!isObject(node.comments)) return [];
  const found = Object.entries(node.comments).flatMap(([id, one]): NodeComment[] => {
    if (!isObject(one) || typeof one.text !== "string") return [];
    return [{ id, text: one.text, by: wordOf(one.by), at: wordOf(one.at), isDone: one.done === true }];
  });
  return found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
}

export const openComments = (node: Pick<NodeDoc, "comments">): number => (node.comments === undefined ? 0 : commentsOf(node).filter(({ isDone }) => !isDone).length);

export function addComment(store: DocumentStore, node: NodeDoc, { text, by, at }: Pick<NodeComment, "text" | "by" | "at">): void {
  put(store, node, `${at}-${Math.random().toString(36).slice(2, 8)}`, { text: text.trim().slice(0, LONGEST_COMMENT), by, at });
}

export function setCommentDone(store: DocumentStore, node: NodeDoc, id: string, isDone: boolean): void {
  const now = isObject(node.comments) ? node.comments[id] : undefined;
  if (isObject(now)) put(store, node, id, { ...now, done: isDone });
}

export const removeComment = (store: DocumentStore, node: NodeDoc, id: string): void => put(store, node, id, undefined);

function put(store: DocumentStore, node: NodeDoc, id: string, comment: JsonObject | undefined): void {
  const { [id]: _old, ...others } = isObject(node.comments) ? node.comments : {};
  const next = comment ? { ...others, [id]: comment } : others;
  setNodeKey(store, node.id, "comments", Object.keys(next).length > 0 ? next : undefined);
}

const wordOf = (value: unknown): string => (typeof value === "string" ? value : "");
