import * as Y from "yjs";

/** Who made a change. Only a person's own actions can be undone. */
export const LOCAL = Symbol("local");
export const REMOTE = Symbol("remote");

type Scope = ConstructorParameters<typeof Y.UndoManager>[0];

const GROUP_MS = 500;
/** Far longer than any session, far shorter than the epoch: groups are closed here, never by Yjs's own timer. */
const NEVER_BY_TIME = 1e11;

/** One user action is one step; typing in one field within half a second belongs together. */
export class History {
  readonly manager: Y.UndoManager;
  private group = "";
  private lastAt = 0;

  constructor(
    private readonly doc: Y.Doc,
    scope: Scope,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.manager = new Y.UndoManager(scope, { trackedOrigins: new Set([LOCAL]), captureTimeout: NEVER_BY_TIME });
  }

  /** Runs one action as one step. Actions that name the same group in quick succession share a step. */
  act<Result>(change: () => Result, group = ""): Result {
    const at = this.now();
    if (!group || group !== this.group || at - this.lastAt >= GROUP_MS) this.manager.stopCapturing();
    this.group = group;
    this.lastAt = at;
    return this.doc.transact(change, LOCAL);
  }

  undo(): void {
    this.group = "";
    this.manager.undo();
  }

  redo(): void {
    this.group = "";
    this.manager.redo();
  }

  get canUndo(): boolean {
    return this.manager.undoStack.length > 0;
  }

  get canRedo(): boolean {
    return this.manager.redoStack.length > 0;
  }
}
