/** Frames: nodes that are drawn around others. Which ones is written in the frame; where it stands follows from them. */
import type { NodeDoc, Position } from "../contracts/document";
import { withInside } from "./containers";
import { newNode } from "./commands";
import type { DocumentStore } from "./store";
import { nodesOf, nodeToY, nextOrder, paramsOf } from "./ydoc";

type Nodes = ReadonlyMap<string, NodeDoc>;

export const isFrame = ({ type }: Pick<NodeDoc, "type">): boolean => type === "frame";

/** The ids that a frame names. They may be gone. */
export function membersOf({ params }: Pick<NodeDoc, "params">): string[] {
  return Array.isArray(params.nodes) ? params.nodes.filter((id): id is string => typeof id === "string") : [];
}

/** The frame that a node is in. */
export function frameOf(nodes: Nodes, id: string): NodeDoc | undefined {
  for (const node of nodes.values()) if (isFrame(node) && membersOf(node).includes(id)) return node;
  return undefined;
}

/** A frame's nodes with all that is inside them: of containers, and of frames. */
export function withFramed(nodes: Nodes, ids: Iterable<string>): Set<string> {
  const all = withInside(nodes, ids);
  for (const id of all) {
    const node = nodes.get(id);
    if (node && isFrame(node)) for (const inner of withInside(nodes, membersOf(node))) all.add(inner);
  }
  return all;
}

/** Draws a frame around nodes, which leave the frames that they were in. One step. */
export function makeFrame(store: DocumentStore, ids: readonly string[], at: Position): string | undefined {
  const view = store.view.getState();
  const type = store.catalogue.latest("frame");
  const first = view.nodes.get(ids[0] ?? "");
  if (!type || !first) return undefined;
  const made = newNode(store, type, at, first.parent);
  const frame = { ...made, params: { ...made.params, nodes: [...ids] } };
  store.history.act(() => {
    for (const [id, members] of without(view.nodes, new Set(ids))) setMembers(store, id, members);
    nodesOf(store.doc).set(frame.id, nodeToY(frame, nextOrder(nodesOf(store.doc)), store.isLongText));
  });
  return frame.id;
}

/** The frames that lose one of these nodes, with what stays in them. */
function without(nodes: Nodes, ids: ReadonlySet<string>): [string, string[]][] {
  return [...nodes.values()].flatMap((node): [string, string[]][] => {
    const members = isFrame(node) ? membersOf(node) : [];
    return members.some((id) => ids.has(id)) ? [[node.id, members.filter((id) => !ids.has(id))]] : [];
  });
}

function setMembers(store: DocumentStore, id: string, members: string[]): void {
  const node = nodesOf(store.doc).get(id);
  if (node) paramsOf(node).set("nodes", members);
}

/** Moves nodes, and puts each of those named into a frame, or out of all with `null`. One step. */
export function moveAndFrame(store: DocumentStore, places: readonly [string, Position][], into: ReadonlyMap<string, string | null>): void {
  const view = store.view.getState();
  const members = new Map(without(view.nodes, new Set(into.keys())));
  for (const [id, frame] of into) {
    const target = view.nodes.get(frame ?? "");
    if (target) members.set(target.id, [...(members.get(target.id) ?? membersOf(target)), id]);
  }
  store.history.act(() => {
    for (const [id, { x, y }] of places) nodesOf(store.doc).get(id)?.set("position", { ...view.nodes.get(id)?.position, x, y });
    for (const [id, list] of members) setMembers(store, id, list);
  });
}

export function joinFrame(store: DocumentStore, frame: string, id: string): void {
  const node = store.view.getState().nodes.get(frame);
  if (node) store.history.act(() => setMembers(store, frame, [...membersOf(node), id]));
}

/** A frame that names other nodes by other ids. */
export function renamedMembers(node: NodeDoc, renamed: (id: string) => string): NodeDoc {
  if (!isFrame(node)) return node;
  return { ...node, params: { ...node.params, nodes: membersOf(node).map(renamed) } };
}
