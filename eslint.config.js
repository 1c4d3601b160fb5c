import js from "@eslint/js";
import globals from "globals";

const OURS = ["event", "length", "name", "top"];

export default [
  { ignores: ["**/.venv/", "workspace/", "test-output/"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "consistent-return": "error",
      curly: ["error", "multi-line"],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-len": ["error", { code: 100 }],
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 50],
      // Names that only ever mean something of ours, because the page's own are never read.
      "no-shadow": ["error", { builtinGlobals: true, allow: OURS }],
      "no-restricted-globals": ["error", ...OURS],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  { files: ["dashboard/**"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**"], languageOptions: { globals: globals.node } },
];
