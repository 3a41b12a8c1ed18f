import { useId, type ComponentProps } from "react";
import { TextInput } from "../../ui";

interface ModelInputProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  value: string;
  suggestions: readonly string[];
  onChange: (value: string) => void;
}

/** A model as `provider/name`: free text, with the models this workflow and this installation know. */
export function ModelInput({ value, suggestions, onChange, ...rest }: ModelInputProps) {
  const listId = useId();
  return (
    <>
      <TextInput list={listId} value={value} placeholder="provider/model" onChange={(event) => onChange(event.target.value)} {...rest} />
      <datalist id={listId}>
        {suggestions.map((model) => (
          <option key={model} value={model} />
        ))}
      </datalist>
    </>
  );
}
