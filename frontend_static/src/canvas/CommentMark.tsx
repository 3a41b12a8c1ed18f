import { comment } from "../actions/edit";
import { useEditor } from "../actions/editor";
import { select } from "../actions/ui";
import type { NodeDoc } from "../contracts/document";
import { openComments } from "../document/comments";
import { Icon } from "../ui";
import styles from "./NodeFrame.module.css";

/** How many open comments a node has; by mouse and touch the way to them. Keys have their own. */
export function CommentMark({ node }: { node: NodeDoc }) {
  const editor = useEditor();
  const count = openComments(node);
  if (count === 0) return null;
  const open = (): void => {
    select(editor.ui, [node.id]);
    comment(editor);
  };
  return (
    <span className={styles.comments} title={`${count} ${count === 1 ? "comment" : "comments"}`} onClick={open}>
      <Icon name="message-square" size={14} />
      {count}
    </span>
  );
}
