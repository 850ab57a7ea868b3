import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  "array-callback-return": "error",
  curly: "error",
  "default-case-last": "error",
  eqeqeq: "error",
  "max-depth": ["error", 4],
  "max-lines": ["error", { max: 400 }],
  "no-else-return": "error",
  "no-eval": "error",
  "no-implicit-globals": "error",
  "no-implied-eval": "error",
  "no-lonely-if": "error",
  "no-new-func": "error",
  "no-restricted-syntax": [
    "error",
    {
      selector: "AssignmentExpression[left.property.name=/^(inner|outer)HTML$/]",
      message: "text from data is never markup: use textContent",
    },
    {
      selector: "CallExpression[callee.property.name='insertAdjacentHTML']",
      message: "text from data is never markup: use append",
    },
    {
      selector: "TemplateLiteral TemplateLiteral",
      message: "a template inside a template is not shrunk right: give the inner one a name",
    },
  ],
  "no-shadow": ["error", { builtinGlobals: false }],
  "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
  "no-use-before-define": ["error", { functions: false, classes: true, variables: false }],
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": ["error", { destructuring: "all" }],
};

const language = (known) => ({ ecmaVersion: 2022, sourceType: "module", globals: known });
const noPage = Object.fromEntries(Object.keys(globals.browser).map((name) => [name, "off"]));

export default [
  { ignores: ["**/*.d.ts"] },
  {
    // Leaflet alone is a classic script, before every module
    files: ["**/web/map/*.js", "**/web/session/**/*.js"],
    languageOptions: language({ ...globals.browser, L: "readonly" }),
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules,
  },
  {
    // what is computed knows nothing of pages
    files: ["**/web/core/**/*.js"],
    languageOptions: language({ ...noPage, atob: "readonly", TextEncoder: "readonly" }),
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules,
  },
  {
    files: ["**/tests/builders/javascript/*.js"],
    languageOptions: language(globals.node),
    rules,
  },
];
