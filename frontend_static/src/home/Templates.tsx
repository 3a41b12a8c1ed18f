import { useEffect, useState } from "react";
import { templateList } from "../api/templates";
import { useResource } from "../api/useResource";
import type { TemplateOut } from "../contracts/api";
import { Drawing } from "./GraphThumb";
import { outlineOf } from "./outline";
import styles from "./Templates.module.css";
import { categoriesByType } from "./thumbs";

const fetchTemplates = async (_nothing: null, signal: AbortSignal): Promise<TemplateOut[]> => (await templateList({ signal })).items;

/** What a new workflow can begin as; says nothing where they cannot be read. */
export function Templates({ onChoose }: { onChoose: (template: TemplateOut) => void }) {
  const { state } = useResource(fetchTemplates, null);
  const [categories, setCategories] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    categoriesByType().then(setCategories, () => undefined);
  }, []);
  if (state.kind !== "ready") return null;
  return (
    <section className={styles.section} aria-labelledby="templates">
      <h2 id="templates" className={styles.title}>
        Begin with a template
      </h2>
      <ul className={styles.cards}>
        {state.value.map((template) => {
          const outline = outlineOf(template.document);
          return (
            <li key={template.key}>
              <button type="button" className={styles.card} onClick={() => onChoose(template)}>
                <span className={styles.picture} aria-hidden>
                  {outline && <Drawing thumb={{ outline, categories }} />}
                </span>
                <strong>{template.name}</strong>
                <span className={styles.about}>{template.description}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
