import { navigate, usePlace } from "../app/router";
import type { TeamOut } from "../contracts/api";
import { classes } from "../ui";
import styles from "./teams.module.css";

/** Which part of what the reader sees is shown, as the address has it: all, `mine`, `shared`, or a team's by its id. */
export function useSpace(): string {
  return usePlace().query.get("space") ?? "";
}

/** Switches between all, mine, what others shared, and each team. Whoever has no team and was shared nothing still finds their own. */
export function SpacePicker({ teams }: { teams: readonly TeamOut[] }) {
  const { path } = usePlace();
  const space = useSpace();
  const spaces = [{ id: "", name: "All" }, { id: "mine", name: "Mine" }, { id: "shared", name: "Shared with me" }, ...teams];
  const open = (id: string): void => navigate(id === "" ? path : `${path}?space=${encodeURIComponent(id)}`, { replace: true });
  return (
    <div className={styles.spaces} role="group" aria-label="Whose are shown">
      {spaces.map(({ id, name }) => (
        <button key={id} type="button" className={classes(styles.space, id === space && styles.chosen)} aria-pressed={id === space} onClick={() => open(id)}>
          {name}
        </button>
      ))}
    </div>
  );
}
