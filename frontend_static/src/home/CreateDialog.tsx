import { workflowCreate } from "../api/workflows";
import { navigate } from "../app/router";
import { NameForm } from "./NameForm";

export function CreateDialog({ onClose }: { onClose: () => void }) {
  const create = async (values: { name: string; description: string }): Promise<void> => {
    const made = await workflowCreate(values);
    navigate(`/workflows/${made.id}`);
  };
  return <NameForm title="New workflow" verb="Create and open" initial={{ name: "Untitled workflow", description: "" }} onSave={create} onClose={onClose} />;
}
