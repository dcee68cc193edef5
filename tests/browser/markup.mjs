// Asks html-validate about a page as it was served.

import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    // Matters of taste, not of validity: `<!doctype html>` and `<br>` are as good as other forms.
    "doctype-style": "off",
    "void-style": "off",
    // Templates leave spaces at the ends of lines; no reader sees them, and compression eats them.
    "no-trailing-whitespace": "off",
    // `<ul role="list">` is no redundancy where a style has taken the bullets: Safari then no longer
    // calls it a list.
    "no-redundant-role": ["error", { exclude: ["list"] }],
    // A box that scrolls is named for those who focus it, and is no section of the text.
    "prefer-native-element": ["error", { exclude: ["region"] }],
    // Titles are the editors' words; search engines cut long ones, nothing breaks.
    "long-title": "off",
    // `tel:` addresses with an international number are right; how to space one is the editors' choice.
    "tel-non-breaking": "off",
  },
});

/** What is not valid in the markup of an answer. */
export async function mistakes(response) {
  const report = await validator.validateString(await response.text());
  return report.results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId}: ${message}`),
  );
}
