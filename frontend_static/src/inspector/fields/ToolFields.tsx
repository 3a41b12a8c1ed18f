import { useDocument, useEditor } from "../../actions/editor";
import type { JsonObject } from "../../contracts/api";
import type { NodeDoc, ToolPolicy } from "../../contracts/document";
import { toolsIn } from "../../document/connect";
import { isObject } from "../../document/normalise";
import { Field, Switch, TextArea } from "../../ui";
import styles from "../Inspector.module.css";
import { JsonField } from "./JsonField";

interface ToolFieldsProps {
  node: NodeDoc;
  onChange: (tool: ToolPolicy | undefined) => void;
}

const ARGUMENT = /\bargs\.([A-Za-z_]\w*)|\bargs\[['"]([^'"\]]+)['"]\]/g;

/** What an agent is told of a node that it may call. Shown once an edge makes the node a tool. */
export function ToolFields({ node, onChange }: ToolFieldsProps) {
  const { isReadOnly } = useEditor();
  const isTool = useDocument((view) => toolsIn(view.edges).has(node.id));
  if (!isTool) return null;
  const tool = node.policy.tool ?? {};
  const set = (change: ToolPolicy): void => onChange({ ...tool, ...change });
  const names = [...new Set([...JSON.stringify(node.params).matchAll(ARGUMENT)].map((found) => found[1] ?? found[2] ?? ""))];
  const follows = names.length === 0 ? "It takes one text, its input." : `The model fills in ${names.join(", ")}.`;
  return (
    <section className={styles.form} aria-label="As a tool">
      <Field label="What it is good for" help="The model goes by this when it chooses a tool.">
        {(control) => <TextArea {...control} rows={3} value={tool.description ?? ""} disabled={isReadOnly} onChange={(event) => set({ description: event.target.value })} />}
      </Field>
      <Switch label="Ask before each call" help="A person sees the arguments, may change them, and allows the call or not." checked={tool.approval === true} disabled={isReadOnly} onChange={(approval) => set({ approval })} />
      <Field label="Arguments" help={`Write {{ args.name }} in a setting to let the model fill it in; all else stays as you set it. ${follows} A JSON Schema here says more.`}>
        {() => <JsonField label="Arguments" value={tool.parameters ?? null} rows={5} disabled={isReadOnly} onChange={(parameters) => set({ parameters: isObject(parameters) ? (parameters as JsonObject) : null })} />}
      </Field>
    </section>
  );
}
