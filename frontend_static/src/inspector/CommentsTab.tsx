import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useEditor, useUi } from "../actions/editor";
import { meGet } from "../api/me";
import { useResource } from "../api/useResource";
import type { NodeDoc } from "../contracts/document";
import { addComment, commentsOf, LONGEST_COMMENT, removeComment, setCommentDone, type NodeComment } from "../document/comments";
import { Button, classes, formatAgo, IconButton, TextArea } from "../ui";
import styles from "./CommentsTab.module.css";
import form from "./Inspector.module.css";

const fetchMe = (_: null, signal: AbortSignal) => meGet({ signal });

/** What people say to each other about a node. */
export function CommentsTab({ node }: { node: NodeDoc }) {
  const { store, isReadOnly } = useEditor();
  const { state } = useResource(fetchMe, null);
  const me = state.kind === "ready" ? state.value.name || state.value.email : "";
  const comments = commentsOf(node);
  return (
    <div className={form.form}>
      {comments.length === 0 && <p className={styles.none}>{isReadOnly ? "Nobody has said anything about this node." : "Ask or explain something about this node. Comments are kept with the workflow and change no run."}</p>}
      {comments.length > 0 && (
        <ol className={styles.list} aria-label="Comments">
          {comments.map((one) => (
            <Entry key={one.id} comment={one} isReadOnly={isReadOnly} onDone={(isDone) => setCommentDone(store, node, one.id, isDone)} onRemove={() => removeComment(store, node, one.id)} />
          ))}
        </ol>
      )}
      {!isReadOnly && <Writing key={node.id} node={node} onWrite={(text) => addComment(store, node, { text, by: me, at: new Date().toISOString() })} />}
    </div>
  );
}

interface EntryProps {
  comment: NodeComment;
  isReadOnly: boolean;
  onDone: (isDone: boolean) => void;
  onRemove: () => void;
}

function Entry({ comment: { text, by, at, isDone }, isReadOnly, onDone, onRemove }: EntryProps) {
  return (
    <li className={classes(styles.one, isDone && styles.done)}>
      <div className={styles.head}>
        <strong>{by || "Somebody"}</strong>
        {at && <time dateTime={at}>{formatAgo(at)}</time>}
        {isDone && <span>done</span>}
        {!isReadOnly && (
          <span className={styles.tools}>
            <IconButton small icon={isDone ? "undo-2" : "check"} label={isDone ? "Open this comment again" : "Mark this comment as done"} onClick={() => onDone(!isDone)} />
            <IconButton small icon="trash-2" label="Delete this comment" onClick={onRemove} />
          </span>
        )}
      </div>
      <p className={styles.text}>{text}</p>
    </li>
  );
}

function Writing({ node, onWrite }: { node: NodeDoc; onWrite: (text: string) => void }) {
  const { ui } = useEditor();
  const isAsked = useUi((state) => state.commenting === node.id);
  const [text, setText] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!isAsked) return;
    area.current?.focus();
    ui.setState({ commenting: null });
  }, [isAsked, ui]);
  const write = (): void => {
    if (text.trim() === "") return;
    onWrite(text);
    setText("");
    ui.setState({ announcement: "Comment added" });
    area.current?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    write();
  };
  return (
    <div className={styles.writing}>
      <TextArea ref={area} aria-label="New comment" placeholder="Write a comment" maxLength={LONGEST_COMMENT} value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKey} />
      <Button small disabled={text.trim() === ""} title="Ctrl+Enter" onClick={write}>
        Comment
      </Button>
    </div>
  );
}
