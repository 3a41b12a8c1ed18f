import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword], color: "var(--cat-ai)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--cat-flow)" },
  { tag: [tags.comment], color: "var(--text-3)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.propertyName], color: "var(--accent)" },
]);

const LOOK = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--text)", fontSize: "12px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "20px", fontVariantLigatures: "none" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--text-3)", border: "0" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "var(--accent-soft) !important" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "none" },
  ".cm-tooltip": { backgroundColor: "var(--overlay)", border: "1px solid var(--border)", color: "var(--text)" },
});

interface CodeEditorProps {
  value: string;
  language: "python" | "json";
  label: string;
  isReadOnly: boolean;
  onChange: (value: string) => void;
}

/**
 * CodeMirror inside a shadow root: there it brings its styles as adopted style sheets, so that the page's policy needs no exception.
 */
export default function CodeEditor({ value, language, label, isReadOnly, onChange }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open", delegatesFocus: true });
    const extensions = [
      lineNumbers(),
      history(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      autocompletion(),
      indentUnit.of(language === "python" ? "    " : "  "),
      language === "python" ? python() : json(),
      syntaxHighlighting(COLOURS),
      LOOK,
      EditorState.readOnly.of(isReadOnly),
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed.current(update.state.doc.toString());
      }),
      // Escape gives Tab back to the page, so that nobody is trapped.
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, indentWithTab]),
    ];
    const made = new EditorView({ parent: root, root, state: EditorState.create({ doc: value, extensions }) });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
    // The text that comes later is put into the same editor below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [language, isReadOnly, label]);

  useEffect(() => {
    const made = view.current;
    const now = made?.state.doc.toString();
    if (made && now !== undefined && now !== value) made.dispatch({ changes: { from: 0, to: now.length, insert: value } });
  }, [value]);

  return <div ref={host} style={{ height: "100%" }} />;
}
