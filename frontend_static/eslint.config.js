import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

const XYFLOW = { group: ["@xyflow/*"], message: "Only src/canvas imports xyflow." };
const REACT = { group: ["react", "react-dom", "react/*", "radix-ui", "lucide-react"], message: "Pure code: no React here." };
const CODEMIRROR = { group: ["@codemirror/*", "@lezer/*"], message: "CodeMirror is loaded on demand, from src/inspector/code only." };
const ours = (...folders) => ({ group: folders.map((f) => `**/${f}/**`), message: "This folder may not look there (see eslint.config.js)." });

/** What each folder may not import. The order of the folders is the order of the layers, innermost first. */
const BOUNDARIES = {
  contracts: [XYFLOW, REACT, CODEMIRROR, ours("api", "document", "ui", "runs", "runpanel", "canvas", "palette", "inspector", "actions", "problems", "app", "home", "runlist")],
  document: [XYFLOW, REACT, CODEMIRROR, ours("api", "ui", "runs", "runpanel", "canvas", "palette", "inspector", "actions", "problems", "app", "home", "runlist")],
  api: [XYFLOW, CODEMIRROR, ours("document", "ui", "runs", "runpanel", "canvas", "palette", "inspector", "actions", "problems", "app", "home", "runlist")],
  ui: [XYFLOW, CODEMIRROR, ours("api", "document", "runs", "runpanel", "canvas", "palette", "inspector", "actions", "problems", "app", "home", "runlist")],
  runs: [XYFLOW, CODEMIRROR, ours("document", "ui", "runpanel", "canvas", "palette", "inspector", "actions", "problems", "app", "home", "runlist")],
  runpanel: [XYFLOW, CODEMIRROR, ours("canvas", "palette", "inspector", "actions", "problems", "home", "runlist")],
  home: [XYFLOW, CODEMIRROR, ours("canvas", "palette", "inspector", "actions", "problems", "runpanel")],
  runlist: [XYFLOW, CODEMIRROR, ours("canvas", "palette", "inspector", "actions", "problems", "runpanel")],
  canvas: [CODEMIRROR, ours("home", "runlist", "inspector")],
  palette: [XYFLOW, CODEMIRROR, ours("home", "runlist", "inspector")],
  problems: [XYFLOW, CODEMIRROR, ours("home", "runlist", "inspector", "palette")],
  actions: [XYFLOW, CODEMIRROR, ours("home", "runlist")],
  inspector: [XYFLOW, ours("home", "runlist", "canvas")],
  outline: [XYFLOW, CODEMIRROR, ours("home", "runlist", "canvas", "palette", "inspector")],
  history: [XYFLOW, CODEMIRROR, ours("home", "runlist", "inspector", "palette")],
  triggers: [XYFLOW, CODEMIRROR, ours("canvas", "palette", "inspector", "actions", "problems", "runpanel", "home", "runlist")],
  spending: [XYFLOW, CODEMIRROR, ours("home", "canvas", "palette", "inspector", "actions", "problems", "runpanel")],
  compare: [XYFLOW, CODEMIRROR, ours("home", "runlist", "inspector", "palette")],
  app: [XYFLOW, CODEMIRROR],
};

const HTML = ["dangerouslySetInnerHTML", "innerHTML", "outerHTML", "insertAdjacentHTML"];

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/contracts/openapi.ts"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  // The rules of hooks, without those that only prepare code for the React compiler, which is not in use.
  { plugins: { "react-hooks": reactHooks }, rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" } },
  {
    files: ["src/**/*.{ts,tsx}"],
    languageOptions: { globals: globals.browser },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": "error",
      eqeqeq: "error",
      "no-restricted-syntax": [
        "error",
        ...HTML.flatMap((name) => [
          { selector: `JSXAttribute[name.name='${name}']`, message: "Text from users is never parsed as HTML." },
          { selector: `MemberExpression[property.name='${name}']`, message: "Text from users is never parsed as HTML." },
          { selector: `Property[key.name='${name}']`, message: "Text from users is never parsed as HTML." },
        ]),
        { selector: "CallExpression[callee.name='eval']", message: "Nothing a user typed is evaluated here." },
        { selector: "NewExpression[callee.name='Function']", message: "Nothing a user typed is evaluated here." },
      ],
    },
  },
  ...Object.entries(BOUNDARIES).map(([folder, patterns]) => ({
    files: [`src/${folder}/**/*.{ts,tsx}`],
    rules: { "no-restricted-imports": ["error", { patterns }] },
  })),
  { files: ["scripts/**/*.mjs"], languageOptions: { globals: globals.node } },
);
