import { useId, useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { failureViewDelete, failureViews, failureViewSave } from "../api/failures";
import { useResource } from "../api/useResource";
import { navigate } from "../app/router";
import { Button, Dialog, Field, FieldNotes, Menu, TextInput, toast, type MenuEntry } from "../ui";

const fetchViews = async (_: null, signal: AbortSignal) => (await failureViews({ signal })).items;

/** Filters that the reader has named. */
export function ViewsMenu({ query }: { query: string }) {
  const { state, reload } = useResource(fetchViews, null);
  const [isNaming, setNaming] = useState(false);
  const views = state.kind === "ready" ? state.value : [];
  const here = views.find((view) => view.query === query);
  const forget = (name: string) => () => {
    failureViewDelete(name).then(reload, (thrown: unknown) => toast({ tone: "fail", text: asApiError(thrown).message }));
  };
  const entries: MenuEntry[] = [
    ...views.map(({ name, query: to }) => ({ id: `view ${name}`, label: name, keys: to === query ? "✓" : undefined, perform: () => navigate(`/failures${to && `?${to}`}`) })),
    ...(views.length > 0 ? [{ kind: "line" as const, id: "line" }] : []),
    { id: "save", label: "Save this view…", icon: "plus", perform: () => setNaming(true) },
    ...(here ? [{ id: "forget", label: `Delete “${here.name}”`, icon: "trash-2", danger: true, perform: forget(here.name) }] : []),
  ];
  return (
    <>
      <Menu entries={entries} align="end">
        <Button icon="list-filter">{here?.name ?? "Views"}</Button>
      </Menu>
      {isNaming && <NameDialog query={query} onClose={() => setNaming(false)} onDone={() => void reload()} />}
    </>
  );
}

function NameDialog({ query, onClose, onDone }: { query: string; onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const form = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    failureViewSave(name.trim(), query).then(
      () => {
        onDone();
        onClose();
      },
      (thrown: unknown) => setProblem(asApiError(thrown).message),
    );
  };
  return (
    <Dialog
      title="Save this view"
      lead="The filter as it is now, for you alone. A link to the page holds it too."
      onClose={onClose}
      foot={
        <Button kind="primary" type="submit" form={form} disabled={name.trim() === ""}>
          Save
        </Button>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label="Name">{(control) => <TextInput {...control} maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        {problem !== null && <FieldNotes notes={[{ severity: "error", message: problem }]} />}
      </form>
    </Dialog>
  );
}
