/** Saves the draft by itself: a moment after the last change, one request at a time, and never loses what could not be sent. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { GraphDocument } from "../contracts/document";
import { equal, mergeDocuments, type Choice, type Merge, type Rename } from "./merge";

export type SaveState =
  | { kind: "saved" }
  | { kind: "pending" }
  | { kind: "saving" }
  | { kind: "offline"; message: string }
  | { kind: "refused"; message: string }
  | { kind: "conflict"; merge: Merge };

export interface Saved {
  revision: number;
}

/** What a failed save says: the HTTP status (0 without an answer), a sentence, and for 409 what the server has. */
export interface SaveFailure {
  status: number;
  message: string;
  current?: { revision: number; document: GraphDocument } | undefined;
}

/** A copy kept in the browser until the server has it. */
export interface Stash {
  base: GraphDocument;
  revision: number;
  document: GraphDocument;
  /** What was under way to the server: it may have arrived without an answer. */
  sent?: GraphDocument;
}

export interface AutosavePorts {
  save: (document: GraphDocument, revision: number) => Promise<Saved>;
  failure: (thrown: unknown) => SaveFailure;
  read: () => GraphDocument;
  /** Makes the document equal to this one: as what others did, or as a step of one's own that can be undone. */
  replace: (document: GraphDocument, by: "local" | "remote") => void;
  keep: (stash: Stash) => Promise<void>;
  /** The same within the call, for the moment in which the page goes. False where there is no room. */
  keepAtOnce: (stash: Stash) => boolean;
  forget: () => Promise<void>;
  rename?: Rename;
  /** Told when the server has a new revision by this page. */
  landed?: (saved: { revision: number; document: GraphDocument }) => void;
  /** Told when changes of others came in by themselves. */
  merged: () => void;
}

const DEBOUNCE_MS = 500;
const RETRY_MS = [2000, 4000, 8000, 15_000, 30_000];

export class Autosave {
  readonly state: StoreApi<SaveState> = createStore<SaveState>(() => ({ kind: "saved" }));
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isBusy = false;
  private isDirty = false;
  private tries = 0;
  private remote: { revision: number; document: GraphDocument } | undefined;

  constructor(
    private readonly ports: AutosavePorts,
    /** What the server has. */
    private base: GraphDocument,
    private revision: number,
  ) {}

  get hasUnsaved(): boolean {
    return this.isDirty || this.isBusy;
  }

  get savedRevision(): number {
    return this.revision;
  }

  /** Call after each change of the document that others must see. */
  changed(): void {
    this.isDirty = true;
    if (this.state.getState().kind === "conflict") return;
    if (!this.isBusy) this.show({ kind: "pending" });
    this.wait(DEBOUNCE_MS);
  }

  /** Saves now; resolves when nothing is left to save, or when saving does not work at present. */
  async flush(): Promise<boolean> {
    this.stop();
    while (this.isBusy) await new Promise<void>((resolve) => this.afterSave.push(resolve));
    if (this.isDirty && this.state.getState().kind !== "conflict") await this.send();
    return !this.hasUnsaved;
  }

  /** Takes up what an earlier visit could not send; false where the server has it all the same. */
  restore(left: Stash): boolean {
    const stash = left.sent && equal(left.sent, this.base) ? { ...left, base: left.sent } : left;
    const theirs = { revision: this.revision, document: this.base };
    const mine = this.isDirty ? mergeDocuments(stash.base, stash.document, this.ports.read(), this.ports.rename).keepingMine : stash.document;
    if (equal(mine, theirs.document)) return false;
    this.isDirty = true;
    if (equal(stash.base, this.base)) {
      this.ports.replace(mine, "local");
      this.changed();
      return true;
    }
    this.base = stash.base;
    this.meet(theirs, mine);
    return true;
  }

  /** Keeps a copy of what is not saved, as each save does before it sends. */
  async keep(): Promise<void> {
    if (this.hasUnsaved) await this.ports.keep(this.stash());
  }

  /** Takes in what another page of this browser saved. */
  received(theirs: { revision: number; document: GraphDocument }): void {
    if (theirs.revision <= this.revision || this.isBusy || this.state.getState().kind === "conflict") return;
    if (this.isDirty) return this.meet(theirs, this.ports.read());
    this.adopt(theirs);
    this.ports.replace(theirs.document, "remote");
  }

  /** Keeps what is not saved before the page goes; false where it would be lost. */
  keepAtOnce(): boolean {
    if (!this.hasUnsaved) return true;
    return this.ports.keepAtOnce(this.stash());
  }

  /** Settles a conflict, each part by its own choice. All other changes of both sides stay, and what is taken of theirs can be undone. */
  resolve(choices: ReadonlyMap<string, Choice>): void {
    const state = this.state.getState();
    if (state.kind !== "conflict" || !this.remote) return;
    this.adopt(this.remote);
    this.ports.replace(state.merge.keepingMine, "remote");
    const settled = state.merge.settle(choices);
    if ([...choices.values()].some((choice) => choice !== "mine")) this.ports.replace(settled, "local");
    this.show({ kind: "pending" });
    this.wait(0);
  }

  private sent: GraphDocument | undefined;

  private stash(): Stash {
    return { base: this.base, revision: this.revision, document: this.ports.read(), ...(this.sent && { sent: this.sent }) };
  }

  dispose(): void {
    this.stop();
  }

  private readonly afterSave: (() => void)[] = [];

  private async send(): Promise<void> {
    const document = this.ports.read();
    this.isBusy = true;
    this.isDirty = false;
    this.show({ kind: "saving" });
    this.sent = document;
    void this.ports.keep({ base: this.base, revision: this.revision, document });
    try {
      const { revision } = await this.ports.save(document, this.revision);
      this.base = document;
      this.sent = undefined;
      this.revision = revision;
      this.tries = 0;
      this.isBusy = false;
      this.ports.landed?.({ revision, document });
      this.landed();
    } catch (thrown) {
      this.isBusy = false;
      this.isDirty = true;
      this.failed(this.ports.failure(thrown));
    }
    this.afterSave.splice(0).forEach((resolve) => resolve());
  }

  private landed(): void {
    if (this.isDirty) {
      this.show({ kind: "pending" });
      this.wait(DEBOUNCE_MS);
      return;
    }
    this.show({ kind: "saved" });
    void this.ports.forget();
  }

  private failed(failure: SaveFailure): void {
    if (failure.status === 409 && failure.current) {
      this.meet(failure.current, this.ports.read());
      return;
    }
    const isPassing = failure.status === 0 || failure.status === 429 || failure.status >= 500;
    this.show({ kind: isPassing ? "offline" : "refused", message: failure.message });
    if (isPassing) this.wait(RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)] as number);
  }

  // Others saved meanwhile. Changes to different nodes come together by themselves; others need a person.
  private meet(theirs: { revision: number; document: GraphDocument }, mine: GraphDocument): void {
    const merge = mergeDocuments(this.base, mine, theirs.document, this.ports.rename);
    this.remote = theirs;
    if (merge.conflicts.length > 0) {
      if (mine !== this.ports.read()) this.ports.replace(mine, "local");
      this.show({ kind: "conflict", merge });
      return;
    }
    this.adopt(theirs);
    this.ports.replace(merge.keepingMine, "remote");
    this.ports.merged();
    this.isDirty = true;
    this.show({ kind: "pending" });
    this.wait(0);
  }

  private adopt(theirs: { revision: number; document: GraphDocument }): void {
    this.base = theirs.document;
    this.revision = theirs.revision;
  }

  private wait(ms: number): void {
    this.stop();
    this.timer = setTimeout(() => void this.flush(), ms);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private show(state: SaveState): void {
    this.state.setState(state, true);
  }
}
