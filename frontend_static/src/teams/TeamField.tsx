import type { TeamOut } from "../contracts/api";
import { Field, Select } from "../ui";
import { mayAs } from "./roles";

interface TeamFieldProps {
  teams: readonly TeamOut[];
  value: string;
  onChange: (team: string) => void;
}

/** To whom something new is to belong; not asked of who has no team to which they may add. */
export function TeamField({ teams, value, onChange }: TeamFieldProps) {
  const open = teams.filter(({ role }) => mayAs(role, "editor"));
  if (open.length === 0) return null;
  const options = [{ value: "", label: "Me" }, ...open.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <Field label="Belongs to" help="A team’s members see it by their roles.">
      {(control) => <Select {...control} options={options} value={value} onChange={onChange} />}
    </Field>
  );
}
