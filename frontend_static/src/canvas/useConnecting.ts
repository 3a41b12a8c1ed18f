import type { Connection, FinalConnectionState, IsValidConnection, OnConnectStart } from "@xyflow/react";
import { useMemo } from "react";
import { addConverter } from "../actions/add";
import { wrapCycles } from "../actions/contain";
import type { Editor } from "../actions/editor";
import { connect, reconnect } from "../document/commands";
import { refusal, type Ends, type OpenEnd } from "../document/connect";
import { portsIn } from "../document/containers";
import { findPort } from "../document/ports";
import type { FlowEdge } from "./toFlow";

const endsOf = (connection: Connection | FlowEdge): Ends => ({
  source: connection.source,
  source_port: connection.sourceHandle ?? "out",
  target: connection.target,
  target_port: connection.targetHandle ?? "in",
});

function endOf(nodeId: string, port: string | null | undefined, side: "source" | "target"): OpenEnd {
  return { nodeId, port: port ?? (side === "source" ? "out" : "in"), side };
}

function typeOfEnd({ store, catalogue }: Editor, end: OpenEnd): string {
  const node = store.view.getState().nodes.get(end.nodeId);
  if (!node) return "any";
  const ports = portsIn(store.view.getState().nodes, catalogue, node);
  return findPort(end.side === "source" ? ports.outputs : ports.inputs, end.port)?.type ?? "any";
}

function screenPoint(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

/** What happens while a connection is drawn and when it is let go. */
export function useConnecting(editor: Editor) {
  return useMemo(() => {
    const { store, ui, catalogue } = editor;

    const onStart: OnConnectStart = (_event, { nodeId, handleId, handleType }) => {
      if (!nodeId || !handleType) return;
      const end = endOf(nodeId, handleId, handleType);
      ui.setState({ connecting: { end, type: typeOfEnd(editor, end) }, refusal: null, search: null });
    };

    const onConnect = (connection: Connection): void => connect(store, endsOf(connection));

    const refuse = (ends: Ends, at: { x: number; y: number }): void => {
      const refused = refusal(store.view.getState(), catalogue, ends);
      if (!refused) return;
      const { converter, reason, isCircle } = refused;
      const offer = converter
        ? { label: `Put ${converter.title} between`, perform: () => addConverter(editor, ends, converter) }
        : isCircle && { label: "Repeat it in a loop", perform: () => void wrapCycles(editor, ends) };
      ui.setState({ refusal: { left: at.x, top: at.y, reason, ...(offer ? { offer } : {}) }, announcement: `Refused: ${reason}` });
    };

    const onEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState): void => {
      ui.setState({ connecting: null });
      if (state.isValid || !state.fromHandle) return;
      const at = screenPoint(event);
      const end = endOf(state.fromHandle.nodeId, state.fromHandle.id, state.fromHandle.type);
      const other = state.toHandle;
      if (other) {
        const isSource = end.side === "source";
        const [from, to] = isSource ? [end, other] : [other, end];
        if (other.type === end.side) return;
        refuse({ source: from.nodeId, source_port: ("port" in from ? from.port : from.id) ?? "out", target: to.nodeId, target_port: ("port" in to ? to.port : to.id) ?? "in" }, at);
        return;
      }
      const graph = ui.getState().canvas?.toGraph(at);
      const isBlank = event.target instanceof Element && event.target.classList.contains("react-flow__pane");
      if (graph && isBlank) ui.setState({ search: { left: at.x, top: at.y, at: end.side === "source" ? { x: graph.x, y: graph.y - 22 } : { x: graph.x - 240, y: graph.y - 22 }, end } });
    };

    const isValid: IsValidConnection<FlowEdge> = (connection) => refusal(store.view.getState(), catalogue, endsOf(connection as Connection)) === undefined;

    const onReconnect = (edge: FlowEdge, connection: Connection): void => {
      const rest = { nodes: store.view.getState().nodes, edges: new Map([...store.view.getState().edges].filter(([id]) => id !== edge.id)) };
      if (!refusal(rest, catalogue, endsOf(connection))) reconnect(store, edge.id, endsOf(connection));
    };

    return { onStart, onConnect, onEnd, isValid, onReconnect };
  }, [editor]);
}
