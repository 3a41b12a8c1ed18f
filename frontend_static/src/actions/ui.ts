import { createStore, type StoreApi } from "zustand/vanilla";
import type { NodeType } from "../contracts/catalogue";
import type { OpenEnd } from "../document/connect";
import type { Position } from "../contracts/document";

export interface Connecting {
  end: OpenEnd;
  type: string;
}

/** Where the node search stands, and what it does with the choice. */
export interface SearchPlace {
  /** On the screen. */
  left: number;
  top: number;
  /** In the graph. */
  at: Position;
  /** The open end that the new node is joined to. */
  end?: OpenEnd;
  /** The edge that the new node is put into. */
  edgeId?: string;
}

/** A refused connection, said where the hand let go. */
export interface RefusalNotice {
  left: number;
  top: number;
  reason: string;
  offer?: { label: string; perform: () => void };
}

/** Where a menu is open, and for what. */
export interface MenuPlace {
  left: number;
  top: number;
  kind: "node" | "edge" | "pane";
  byKey?: boolean;
}

/** What the canvas does for others, without their knowing how it is drawn. */
export interface CanvasPort {
  centre: () => Position;
  toGraph: (screen: Position) => Position;
  toScreen: (graph: Position) => Position;
  pointer: () => Position;
  /** Whether a pointer is over it. */
  isPointed: () => boolean;
  fit: (ids?: readonly string[]) => void;
  show: (id: string) => void;
  zoom: (step: "in" | "out" | "one") => void;
  zoomNow: () => number;
  /** The edge that a new node of a type would go into, with its middle at a point of the graph. */
  edgeFor: (at: Position, type: NodeType) => string | null;
  focus: () => void;
  /** Where a node stands and how large it is. */
  rectOf: (id: string) => (Position & { width: number; height: number }) | undefined;
  /** The innermost frame at a point of the graph. */
  frameAt: (at: Position) => string | null;
  /** Where a connection has its middle, in the graph. */
  middleOf: (edgeId: string) => Position | undefined;
  /** The innermost container at a point of the graph. */
  containerAt: (at: Position) => string | null;
}

export type DialogName = "share" | "publish" | "start" | "shortcuts" | "settings" | "commands" | "find" | "connect" | "extract";

export interface UiState {
  selectedNodes: ReadonlySet<string>;
  selectedEdges: ReadonlySet<string>;
  connecting: Connecting | null;
  search: SearchPlace | null;
  refusal: RefusalNotice | null;
  menu: MenuPlace | null;
  /** The node about which a comment is to be written. */
  commenting: string | null;
  /** Frames that are folded up; how somebody looks at the graph, not a part of it. */
  folded: ReadonlySet<string>;
  dialog: DialogName | null;
  isPaletteOpen: boolean;
  /** What the panel at the left shows. */
  sidePanel: "nodes" | "outline";
  isInspectorOpen: boolean;
  inspectorTab: "params" | "policy" | "run" | "comments";
  /** The param to look at, after a jump from the list of problems. */
  focusParam: string | null;
  /** The node whose name is being typed on the canvas. */
  renaming: string | null;
  /** Read aloud by screen readers. */
  announcement: string;
  /** Whether the tour is shown. */
  isTouring: boolean;
  /** The edge that what is in the hand would go into. */
  overEdge: string | null;
  /** The node type that is dragged from the palette. */
  draggedType: string | null;
  canvas: CanvasPort | null;
}

export type Ui = StoreApi<UiState>;

const NOTHING: ReadonlySet<string> = new Set();

export function createUi(): Ui {
  return createStore<UiState>(() => ({
    selectedNodes: NOTHING,
    selectedEdges: NOTHING,
    connecting: null,
    search: null,
    refusal: null,
    menu: null,
    commenting: null,
    folded: NOTHING,
    dialog: null,
    isPaletteOpen: typeof window === "undefined" || window.innerWidth > 900,
    sidePanel: "nodes",
    // Where it would cover the graph it comes when it is asked for.
    isInspectorOpen: typeof window === "undefined" || window.innerWidth > 900,
    inspectorTab: "params",
    focusParam: null,
    renaming: null,
    announcement: "",
    isTouring: false,
    overEdge: null,
    draggedType: null,
    canvas: null,
  }));
}

export function select(ui: Ui, nodes: Iterable<string>, edges: Iterable<string> = []): void {
  ui.setState({ selectedNodes: new Set(nodes), selectedEdges: new Set(edges) });
}

/** The one selected node, or nothing. */
export function onlySelected(state: Pick<UiState, "selectedNodes">): string | null {
  return state.selectedNodes.size === 1 ? ([...state.selectedNodes][0] ?? null) : null;
}
