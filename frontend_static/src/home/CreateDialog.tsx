import { useState } from "react";
import { templateOpen } from "../api/templates";
import { workflowCreate } from "../api/workflows";
import { navigate } from "../app/router";
import type { TeamOut, TemplateOut } from "../contracts/api";
import { mayAs } from "../teams/roles";
import { TeamField } from "../teams/TeamField";
import { IndexingDialog } from "./IndexingDialog";
import { NameForm } from "./NameForm";

interface CreateDialogProps {
  template: TemplateOut | null;
  teams: readonly TeamOut[];
  /** What is shown: something new belongs there where it may. */
  space: string;
  onClose: () => void;
}

const EMPTY = { name: "Untitled workflow", description: "" };

/** Makes a workflow, empty or from a template, and opens it: once what it knows can be searched. */
export function CreateDialog({ template, teams, space, onClose }: CreateDialogProps) {
  const [made, setMade] = useState<string | null>(null);
  const [team, setTeam] = useState(() => (teams.some(({ id, role }) => id === space && mayAs(role, "editor")) ? space : ""));
  const brings = template !== null && template.knowledge.length > 0;
  const create = async (values: { name: string; description: string }): Promise<void> => {
    const about = team === "" ? values : { ...values, team };
    const { id } = template ? await templateOpen(template.key, about) : await workflowCreate(about);
    if (brings) return setMade(id);
    navigate(`/workflows/${id}`);
    onClose();
  };
  if (brings && made !== null) return <IndexingDialog template={template} onDone={() => (navigate(`/workflows/${made}`), onClose())} />;
  const initial = template ? { name: template.name, description: template.description } : EMPTY;
  return (
    <NameForm title={template ? `New workflow from “${template.name}”` : "New workflow"} verb="Create and open" initial={initial} onSave={create} onClose={onClose}>
      <TeamField teams={teams} value={team} onChange={setTeam} />
      {template?.knowledge.map(({ key, name, documents }) => (
        <p key={key}>
          It brings along the knowledge base “{name}” with {documents} documents. If you have that one already, it is used.
        </p>
      ))}
    </NameForm>
  );
}
