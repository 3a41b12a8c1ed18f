import { useMemo, useState } from "react";
import { useDocument, useEditor } from "../actions/editor";
import type { Json, Problem } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";
import { problemsOfParam } from "../document/problems";
import type { Suggestion } from "../document/suggest";
import { Button, Dialog, Field, FieldNotes, IconButton, Select, Switch, TextInput, type FieldControl } from "../ui";
import { ButtonRows } from "./fields/ButtonRows";
import { CaseRows } from "./fields/CaseRows";
import { CodeField } from "./fields/CodeField";
import { CriterionRows } from "./fields/CriterionRows";
import { CredentialField } from "./fields/CredentialField";
import { FieldRows } from "./fields/FieldRows";
import { ItemErrors } from "./fields/ItemErrors";
import { JsonField } from "./fields/JsonField";
import { KnowledgeField } from "./fields/KnowledgeField";
import { ListRows } from "./fields/ListRows";
import { ModelInput } from "./fields/ModelInput";
import { PairRows } from "./fields/PairRows";
import { TemplateInput } from "./fields/TemplateInput";
import { ExpressionInput } from "./fields/ExpressionInput";
import { ValueInput } from "./fields/ValueInput";
import { WorkflowField } from "./fields/WorkflowField";
import { humanise, numberOrText, type ParamSpec } from "./form";
import { knownModels } from "./models";
import { useWay, WayButton } from "./way";

interface ParamFieldProps {
  node: NodeDoc;
  spec: ParamSpec;
  problems: readonly Problem[];
  suggestions: readonly Suggestion[];
  onChange: (value: Json | undefined) => void;
}

/** One param: its label, the control its kind asks for, its problems and its help. */
export function ParamField({ node, spec, problems, suggestions, onChange }: ParamFieldProps) {
  const { isReadOnly } = useEditor();
  const [isLarge, setLarge] = useState(false);
  const way = useWay(node, spec, onChange);
  const value = node.params[spec.name] ?? spec.defaultValue;
  const notes = problemsOfParam(problems, spec.name).map(({ severity, message, hint }) => ({ severity, message: hint ? `${message} ${hint}` : message }));
  const common = { spec, value, suggestions, disabled: isReadOnly, onChange };
  const change = spec.isSwitchable && !isReadOnly && <WayButton spec={spec} way={way} />;
  if (spec.kind === "boolean" && !way.isExpression) {
    return (
      <div onKeyDown={way.onKey}>
        <Switch label={spec.title} help={spec.help} extra={change} checked={value === true} disabled={isReadOnly} onChange={onChange} />
        <FieldNotes notes={notes} />
      </div>
    );
  }
  const extra = spec.kind === "long_template" ? <IconButton small icon="maximize-2" label={`Enlarge ${spec.title}`} onClick={() => setLarge(true)} /> : change;
  return (
    <Field label={spec.title} help={spec.help} required={spec.isRequired} notes={notes} extra={extra}>
      {(control) => (
        <div onKeyDown={way.onKey}>
          {way.isExpression ? (
            <ExpressionInput control={control} value={node.params[spec.name]} param={spec.name} suggestions={suggestions} disabled={isReadOnly} takesFocus={way.isFresh} onChange={way.write} />
          ) : (
            <Control {...common} control={control} />
          )}
          {isLarge && (
            <Dialog title={spec.title} lead={spec.help} wide onClose={() => setLarge(false)} foot={<Button kind="primary" onClick={() => setLarge(false)}>Done</Button>}>
              <Control {...common} spec={{ ...spec, rows: 18 }} control={{ id: undefined, "aria-describedby": undefined, "aria-invalid": undefined }} />
            </Dialog>
          )}
        </div>
      )}
    </Field>
  );
}

interface ControlProps {
  spec: ParamSpec;
  value: Json | undefined;
  suggestions: readonly Suggestion[];
  control: FieldControl;
  disabled: boolean;
  onChange: (value: Json | undefined) => void;
}

function Control({ spec, value, suggestions, control, disabled, onChange }: ControlProps) {
  const text = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const label = spec.title;
  const param = spec.isResolved ? spec.name : undefined;
  switch (spec.kind) {
    case "template":
      return <TemplateInput control={control} value={text} placeholder={spec.placeholder} suggestions={suggestions} disabled={disabled} param={param} onChange={onChange} />;
    case "long_template":
      return <TemplateInput control={control} value={text} placeholder={spec.placeholder} suggestions={suggestions} disabled={disabled} isLong rows={spec.rows} param={param} onChange={onChange} />;
    case "expression":
      return <TemplateInput control={control} value={text} placeholder={spec.placeholder} suggestions={suggestions} disabled={disabled} isExpression onChange={onChange} />;
    case "python":
      return <CodeField label={label} language="python" value={text} rows={spec.rows} disabled={disabled} onChange={onChange} />;
    case "json_schema":
      return <JsonField label={label} value={value} rows={Math.max(6, spec.rows)} disabled={disabled} onChange={onChange} />;
    case "json":
      return <ValueInput control={control} value={value} placeholder={spec.placeholder || "{{ input }}"} suggestions={suggestions} rows={spec.rows} disabled={disabled} param={param} onChange={onChange} />;
    case "fields":
      return <FieldRows label={label} value={value} disabled={disabled} onChange={onChange} />;
    case "cases":
      return <CaseRows label={label} value={value} suggestions={suggestions} disabled={disabled} by={spec.by} onChange={onChange} />;
    case "criteria":
      return <CriterionRows label={label} value={value} suggestions={suggestions} disabled={disabled} onChange={onChange} />;
    case "pairs":
      return <PairRows label={label} value={value} suggestions={suggestions} disabled={disabled} onChange={onChange} />;
    case "buttons":
      return <ButtonRows label={label} value={value} disabled={disabled} onChange={onChange} />;
    case "workflow":
      return <WorkflowField control={control} value={text} disabled={disabled} onChange={onChange} />;
    case "knowledge":
      return <KnowledgeField control={control} value={text} disabled={disabled} onChange={onChange} />;
    case "credential":
      return <CredentialField control={control} value={text} disabled={disabled} onChange={onChange} />;
    case "item_errors":
      return <ItemErrors control={control} value={value} disabled={disabled} onChange={onChange} />;
    case "list":
      return <Models>{(models) => <ListRows label={label} value={value} disabled={disabled} isModels={/model/.test(spec.name)} suggestions={models} onChange={onChange} />}</Models>;
    case "model":
      return <Models>{(models) => <ModelInput {...control} value={text} suggestions={[...new Set([...spec.suggestions, ...models])]} disabled={disabled} onChange={onChange} />}</Models>;
    case "select":
      return <Select {...control} value={text} disabled={disabled} options={spec.options.map((option) => ({ value: String(option), label: humanise(String(option)) }))} onChange={(next) => onChange(spec.options.find((option) => String(option) === next))} />;
    case "number":
      return <TextInput {...control} inputMode="decimal" value={text} disabled={disabled} onChange={(event) => onChange(numberOrText(event.target.value))} />;
    case "boolean":
    case "text":
      return <TextInput {...control} value={text} placeholder={spec.placeholder} disabled={disabled} onChange={(event) => onChange(event.target.value)} />;
  }
}

function Models({ children }: { children: (models: string[]) => React.ReactNode }) {
  const nodes = useDocument((view) => view.nodes);
  return children(useMemo(() => knownModels(nodes), [nodes]));
}
