import { useMemo, useState } from "react";
import { EditorContext, useDocument, useEditor, useUi } from "../actions/editor";
import { onlySelected, select } from "../actions/ui";
import { useKeymap } from "../actions/useKeymap";
import { Canvas } from "../canvas/Canvas";
import { NoteText } from "../canvas/NoteText";
import type { SharedOut } from "../contracts/api";
import { Icon, IconButton } from "../ui";
import { CopyButton } from "./CopyButton";
import { NodeFacts } from "./NodeFacts";
import { openShared } from "./openShared";
import { SharedFrame } from "./SharedFrame";
import styles from "./shared.module.css";

interface SharedGraphProps {
  token: string;
  shared: SharedOut;
  password: string;
}

/** A workflow to look at, and where the link says so to copy. */
export default function SharedGraph({ token, shared, password }: SharedGraphProps) {
  return (
    <SharedFrame title={shared.name} isWhole note={<ReadOnlyNote />} actions={shared.right === "copy" && <CopyButton token={token} password={password} />}>
      <SharedPicture shared={shared} />
    </SharedFrame>
  );
}

export function ReadOnlyNote() {
  return (
    <span className={styles.readOnly}>
      <Icon name="eye" size={14} />
      <span className={styles.readOnlyWord}>Read only</span>
    </span>
  );
}

/** The graph, and beside it what it is about or the node that was picked. */
export function SharedPicture({ shared, hasKeys = true }: { shared: SharedOut; hasKeys?: boolean }) {
  const editor = useMemo(() => openShared(shared, false), [shared]);
  return (
    <EditorContext value={editor}>
      <Picture shared={shared} hasKeys={hasKeys} />
    </EditorContext>
  );
}

function Picture({ shared, hasKeys }: { shared: SharedOut; hasKeys: boolean }) {
  const { ui } = useEditor();
  const picked = useUi(onlySelected);
  const node = useDocument((view) => (picked === null ? undefined : view.nodes.get(picked)));
  const [isAboutOpen, setAboutOpen] = useState(true);
  return (
    <div className={styles.whole}>
      {hasKeys && <Keys />}
      <main className={styles.canvas}>
        <Canvas />
        {hasKeys && !node && isAboutOpen && shared.description && (
          <section className={styles.about} aria-label="About this workflow">
            <header>
              <h2>About this workflow</h2>
              <IconButton small icon="x" label="Close" onClick={() => setAboutOpen(false)} />
            </header>
            <NoteText text={shared.description} className={styles.rich} />
          </section>
        )}
      </main>
      {node && node.type !== "note" && node.type !== "frame" && (
        <aside className={styles.side} aria-label="The picked step">
          <NodeFacts node={node} onClose={() => select(ui, [])} />
        </aside>
      )}
    </div>
  );
}

/** The keys of the canvas; not where it is a small picture among others. */
export function Keys() {
  useKeymap(useEditor());
  return null;
}
