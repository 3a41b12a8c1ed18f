import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import { useEditor, useUi, type Editor } from "../actions/editor";
import type { UiState } from "../actions/ui";
import { HANDLE, type PlacedPort } from "./layout";
import { TOOL } from "../document/ports";
import styles from "./PortHandle.module.css";

/** Places inside the node are counted from within its border. */
const BORDER = 1;

interface PortHandleProps {
  nodeId: string;
  port: PlacedPort;
  isConnectable: boolean;
}

/** While a connection is drawn: `yes` lights up, `no` steps back. */
function fit(editor: Editor, state: UiState, nodeId: string, port: PlacedPort): "yes" | "no" | "self" | undefined {
  const open = state.connecting;
  if (!open) return undefined;
  if (open.end.nodeId === nodeId) return open.end.port === port.name && open.end.side === port.side ? "self" : "no";
  if (open.end.side === port.side) return "no";
  const [from, to] = open.end.side === "source" ? [open.type, port.type] : [port.type, open.type];
  return editor.catalogue.assignable(from, to) ? "yes" : "no";
}

export const PortHandle = memo(function PortHandle({ nodeId, port, isConnectable }: PortHandleProps) {
  const editor = useEditor();
  const fits = useUi((state) => fit(editor, state, nodeId, port));
  const isSource = port.side === "source";
  const isTool = port.type === TOOL;
  const across = isSource ? Position.Right : Position.Left;
  const upright = isSource ? Position.Top : Position.Bottom;
  return (
    <Handle
      id={port.name}
      type={port.side}
      position={isTool ? upright : across}
      isConnectable={isConnectable}
      className={styles.handle}
      data-fits={fits}
      data-type={port.type}
      data-error={port.name === "error" && isSource ? "" : undefined}
      style={{ ...(!isTool && { top: port.y - BORDER }), width: HANDLE, height: HANDLE }}
      data-upright={isTool ? "" : undefined}
      title={isTool ? (isSource ? "Lead this to an agent to let it call this node" : "Tools: lead nodes here that the agent may call") : `${port.label || port.name}: ${port.type}${port.required ? ", required" : ""}`}
    />
  );
});
