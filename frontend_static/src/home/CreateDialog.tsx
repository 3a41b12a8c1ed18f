import { workflowCreate } from "../api/workflows";
import { navigate } from "../app/router";
import type { TemplateOut } from "../contracts/api";
import { NameForm } from "./NameForm";

/** Makes a workflow, empty or from a template, and opens it. */
export function CreateDialog({ template, onClose }: { template: TemplateOut | null; onClose: () => void }) {
  const create = async (values: { name: string; description: string }): Promise<void> => {
    const made = await workflowCreate(template ? { ...values, document: template.document } : values);
    navigate(`/workflows/${made.id}`);
  };
  const initial = template ? { name: template.name, description: template.description } : { name: "Untitled workflow", description: "" };
  return <NameForm title={template ? `New workflow from “${template.name}”` : "New workflow"} verb="Create and open" initial={initial} onSave={create} onClose={onClose} />;
}
