import { memo } from "react";
import { blocks, type Block, type Span } from "./markdown";
import styles from "./NoteFrame.module.css";

/** Elsewhere than on a note it has the looks of where it stands. */
export const NoteText = memo(function NoteText({ text, className = styles.text }: { text: string; className?: string | undefined }) {
  return (
    <div className={className}>
      {blocks(text).map((block, index) => (
        <BlockText key={index} block={block} />
      ))}
    </div>
  );
});

function BlockText({ block }: { block: Block }) {
  if (block.kind === "code") return <pre tabIndex={0}>{block.lines.map((line) => line.map(({ text }) => text).join("")).join("\n")}</pre>;
  const lines = block.lines.map((line, index) => (block.kind === "list" ? <li key={index}>{line.map(inline)}</li> : <span key={index}>{index > 0 && <br />}{line.map(inline)}</span>));
  if (block.kind === "list") return <ul>{lines}</ul>;
  return block.kind === "heading" ? <h4>{lines}</h4> : <p>{lines}</p>;
}

function inline(span: Span, index: number) {
  if (span.kind === "strong") return <strong key={index}>{span.text}</strong>;
  if (span.kind === "em") return <em key={index}>{span.text}</em>;
  if (span.kind === "code") return <code key={index}>{span.text}</code>;
  return span.text;
}
