import { ReactFlow, ReactFlowProvider, SelectionMode } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useEffect, useMemo, useRef, type MouseEvent, type ReactNode } from "react";
import { useStore } from "zustand";
import { openSearch } from "../actions/add";
import { useEditor } from "../actions/editor";
import { prefs } from "../actions/prefs";
import { select } from "../actions/ui";
import { useIsDark } from "../app/theme";
import { BoxFrame } from "./BoxFrame";
import styles from "./Canvas.module.css";
import { ConnectionLine } from "./ConnectionLine";
import { EdgeLine } from "./EdgeLine";
import { Dots } from "./Dots";
import { EmptyCanvas } from "./EmptyCanvas";
import { nodeAt } from "./farPicture";
import { createFlowStore } from "./flowStore";
import { FrameFrame } from "./FrameFrame";
import { GuideLines } from "./GuideLines";
import { letGo } from "./letGo";
import { MapCorner } from "./MapCorner";
import { NodeFrame } from "./NodeFrame";
import { NoteFrame } from "./NoteFrame";
import { useFirstView } from "./useFirstView";
import { useCanvasPort } from "./useCanvasPort";
import { useConnecting } from "./useConnecting";
import { useDropping } from "./useDropping";
import { useFarPicture } from "./useFarPicture";
import { useHolding } from "./useHolding";
import { useNearPart } from "./useNearPart";

const NODE_TYPES = { work: NodeFrame, note: NoteFrame, box: BoxFrame, frame: FrameFrame };
const EDGE_TYPES = { line: EdgeLine };
const GRID: [number, number] = [8, 8];
const isTouch = typeof window !== "undefined" && window.matchMedia("(pointer: coarse)").matches;
const NOTHING: ReadonlySet<string> = new Set();
const isPane = (target: EventTarget): boolean => target instanceof Element && target.classList.contains("react-flow__pane");
const MULTI = ["Shift", "Meta", "Control"];

export function Canvas({ children }: { children?: ReactNode }) {
  return (
    <ReactFlowProvider>
      <CanvasInside>{children}</CanvasInside>
    </ReactFlowProvider>
  );
}

function CanvasInside({ children }: { children?: ReactNode }) {
  const editor = useEditor();
  const flow = useMemo(() => createFlowStore(editor), [editor]);
  useEffect(() => flow.start(), [flow]);
  const graph = useStore(flow.state);
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const far = useFarPicture(editor, flow, picture, frame);
  const port = useCanvasPort(editor, flow, frame, far);
  const first = useFirstView(flow, frame, editor.isSeenWhole ?? false);
  const near = useNearPart(graph, first, far.isFar, frame);
  const connecting = useConnecting(editor);
  const isDark = useIsDark();
  const { isReadOnly, ui } = editor;
  const dropping = useDropping(editor, port);
  const marquee = useHolding(editor, flow, frame, far.isFar);
  const wheelZooms = useStore(prefs, (state) => state.wheelZooms);
  const farNode = (event: MouseEvent): string | undefined => (far.isFar ? nodeAt(flow.state.getState().nodes, port.toGraph({ x: event.clientX, y: event.clientY }))?.id : undefined);
  const clickPane = (event: MouseEvent): void => {
    const id = farNode(event);
    if (id) select(ui, [id]);
  };
  const doubleClick = (event: MouseEvent): void => {
    if (!isPane(event.target)) return;
    const id = farNode(event);
    if (id) port.show(id);
    else if (!isReadOnly) openSearch(editor);
  };

  return (
    <div
      ref={frame}
      className={styles.frame}
      data-canvas
      tabIndex={0}
      role="application"
      aria-label="Workflow canvas"
      aria-describedby="canvas-help"
      {...dropping}
      onDoubleClick={doubleClick}
      onPointerDownCapture={(event) => flow.keepSelected(event.shiftKey || event.ctrlKey || event.metaKey ? (isPane(event.target) ? ui.getState().selectedNodes : NOTHING) : NOTHING)}
      onPointerUp={() => flow.keepSelected(NOTHING)}
    >
      <p id="canvas-help" className="visually-hidden">
        Arrow keys go from node to node, full stop and comma through all of them in order, Enter opens settings, Tab adds a node, Shift+F10 opens the menu, question mark lists all keys. Escape leaves.
      </p>
      {first && <ReactFlow
        nodes={near.nodes}
        edges={near.edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={flow.onNodesChange}
        onEdgesChange={flow.onEdgesChange}
        onNodeDragStop={(event) => letGo(editor, flow, event.altKey)}
        onSelectionDragStop={(event) => letGo(editor, flow, event.altKey)}
        onNodeDoubleClick={(_event, node) => node.type !== "note" && ui.setState({ isInspectorOpen: true, inspectorTab: "params" })}
        onPaneClick={clickPane}
        onConnectStart={connecting.onStart}
        onConnect={connecting.onConnect}
        onConnectEnd={connecting.onEnd}
        onClickConnectStart={connecting.onStart}
        onClickConnectEnd={connecting.onEnd}
        onReconnect={connecting.onReconnect}
        isValidConnection={connecting.isValid}
        connectionLineComponent={ConnectionLine}
        connectionRadius={24}
        defaultViewport={first}
        onMove={(_event, view) => far.onMove(view.zoom)}
        onMoveStart={() => frame.current?.setAttribute("data-moving", "")}
        onMoveEnd={() => frame.current?.removeAttribute("data-moving")}
        onlyRenderVisibleElements
        colorMode={isDark ? "dark" : "light"}
        minZoom={0.02}
        maxZoom={2.5}
        snapToGrid
        snapGrid={GRID}
        panOnScroll={!wheelZooms}
        panOnDrag={isTouch ? true : [1]}
        selectionOnDrag={!isTouch}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={MULTI}
        selectionKeyCode={null}
        panActivationKeyCode="Space"
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        nodesDraggable={!isReadOnly}
        nodesConnectable={!isReadOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        elevateNodesOnSelect
        attributionPosition="bottom-left"
        nodeDragThreshold={2}
      >
        <Dots />
        <GuideLines flow={flow} />
      </ReactFlow>}
      <canvas ref={picture} className={styles.far} aria-hidden />
      {marquee && <div className={styles.marquee} style={marquee} />}
      {graph.nodes.length === 0 && <EmptyCanvas />}
      <MapCorner flow={flow} />
      {children}
    </div>
  );
}
