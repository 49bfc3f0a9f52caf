// The editor of the project's files, on their page only: a textarea that colours, completes, and says what is wrong as one
// writes. Without this script the same textarea is checked when it is kept.
import { basicSetup } from "codemirror";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { indentWithTab } from "@codemirror/commands";
import { linter, lintGutter } from "@codemirror/lint";
import { yaml, yamlLanguage } from "@codemirror/lang-yaml";
import { indentService } from "@codemirror/language";

const area = document.querySelector("textarea[data-editor]");
const form = area && area.form;

async function send(address, text, act) {
  const body = new URLSearchParams({ path: area.dataset.path, text, act, opened: form.elements.opened.value });
  return fetch(address, {
    method: "POST",
    body,
    headers: { "x-form-token": form.elements.form_token.value },
  });
}

function tell(text) {
  document.querySelector("[data-told]").textContent = text;
}

// The list beside the editor: the same problems in words.
function items(found) {
  return found.map((each) => {
    const item = document.createElement("li");
    const where = each.here ? (each.line ? `${each.line}:${each.column}` : "") : `${each.path}:${each.line}`;
    item.textContent = [where, each.duty, [each.what, each.mend].filter(Boolean).join("，")].filter(Boolean).join(" ");
    return item;
  });
}

function list(problems, remarks) {
  const place = document.querySelector("[data-problems]");
  const shown = document.createElement(problems.length ? "ol" : "p");
  shown.className = problems.length ? "problems" : "empty";
  if (problems.length) shown.append(...items(problems));
  else shown.textContent = area.dataset.sound;
  place.replaceChildren(shown);
  const beneath = document.querySelector("[data-remarks]");
  beneath.replaceChildren();
  if (!remarks.length) return;
  const title = document.createElement("h3");
  title.textContent = beneath.dataset.title;
  const noted = document.createElement("ol");
  noted.className = "problems";
  noted.append(...items(remarks));
  beneath.append(title, noted);
}

// What it would change, and what was changed in this file, beside the editor: asked for again once the last answer is there.
let planning = null;

async function plan() {
  if (planning) {
    planning.again = true;
    return;
  }
  planning = { again: true };
  const place = document.querySelector("[data-plan]");
  const mine = document.querySelector("section[data-mine]");
  const address = `/admin/files/beside?${new URLSearchParams({ path: area.dataset.path })}`;
  while (planning.again) {
    planning.again = false;
    const answer = await fetch(address).catch(() => null);
    if (answer && answer.ok) {
      place.innerHTML = await answer.text();
      place.hidden = false;
      const changed = place.querySelector("template[data-mine]");
      mine.innerHTML = changed.innerHTML;
      mine.hidden = !mine.innerHTML;
      changed.remove();
    }
  }
  planning = null;
}

async function check(view) {
  const text = view.state.doc.toString();
  area.value = text;
  try {
    const answer = await send("/admin/files/check", text, "check");
    if (!answer.ok) throw new Error(String(answer.status));
    const { problems, remarks } = await answer.json();
    list(problems, remarks);
    const kept = await send("/admin/files/file", text, "autosave");
    tell({ 204: area.dataset.kept, 409: area.dataset.passed }[kept.status] || area.dataset.asleep);
    plan();
    const severe = [[problems, "error"], [remarks, "warning"]].flatMap(([found, severity]) => found.map((each) => ({ ...each, severity })));
    return severe.filter((each) => each.here && each.line && each.line <= view.state.doc.lines).map((each) => {
      const line = view.state.doc.line(each.line);
      const from = Math.min(line.from + Math.max(each.column - 1, 0), line.to);
      return { from, to: line.to, severity: each.severity, message: [each.what, each.mend].filter(Boolean).join("，") };
    });
  } catch (error) {
    tell(area.dataset.asleep);
    return [];
  }
}

// Keys from the schema of the file: the keys around the place where one writes lead to what may stand there.
const schema = area && fetch(`/admin/files/schema?${new URLSearchParams({ path: area.dataset.path })}`)
  .then((answer) => answer.json())
  .catch(() => ({}));

function kinds(node, whole) {
  if (!node) return [];
  if (node.$ref) return kinds(node.$ref.slice(2).split("/").reduce((at, name) => at && at[name], whole), whole);
  const inner = [...(node.anyOf || []), ...(node.oneOf || []), ...(node.allOf || [])];
  return [node, ...inner.flatMap((each) => kinds(each, whole))];
}

function under(nodes, key, whole) {
  return nodes.flatMap((node) => {
    if (key === "-") return kinds(node.items, whole);
    if (node.properties && node.properties[key]) return kinds(node.properties[key], whole);
    return typeof node.additionalProperties === "object" ? kinds(node.additionalProperties, whole) : [];
  });
}

// A line of YAML, taken apart: the columns of its dashes, the column where its words begin, its key.
function parts(text) {
  const [start] = /^[ ]*(?:- +)*/.exec(text);
  const dashes = [...start].flatMap((sign, column) => (sign === "-" ? [column] : []));
  const [, key] = /^([^\s#:{}[\],"'][^:#{}[\],]*):(?:\s|$)/.exec(text.slice(start.length)) || [];
  return { dashes, column: start.length, key, says: /^[^#\s]/.test(text.slice(start.length)) };
}

// The keys a line stands under, by how far the lines above are indented: also while what one writes is no YAML yet.
function pathAbove(doc, number, own) {
  const path = [];
  let { column } = own;
  let dash = false;
  const leave = (dashes) => {
    for (const each of [...dashes].reverse()) {
      if (each < column) {
        path.unshift("-");
        column = each;
        dash = true;
      }
    }
  };
  leave(own.dashes);
  for (let at = number - 1; at > 0 && (column > 0 || dash); at -= 1) {
    const line = parts(doc.line(at).text);
    if (!line.says) continue;
    if (line.key && (line.column < column || (dash && line.column === column && !line.dashes.length))) {
      path.unshift(line.key);
      column = line.column;
      dash = false;
    }
    if (line.column === column && !dash) leave(line.dashes);
  }
  return path;
}

// Where one writes: the keys around it, and whether a key's value stands there.
function place(state, at) {
  const line = state.doc.lineAt(at);
  const before = line.text.slice(0, at - line.from);
  const own = parts(before);
  const path = pathAbove(state.doc, line.number, own);
  let word = "";
  let value = false;
  const around = [];
  for (const sign of before.slice(own.column)) {
    if (sign === ":") {
      around.push([word.trim()]);
      value = true;
      word = "";
    } else if (sign === "{" || sign === "[") {
      around.push(sign === "{" ? [] : ["-"]);
      value = false;
      word = "";
    } else if (sign === "}" || sign === "]" || sign === ",") {
      if (value) around.pop();
      if (sign !== ",") around.pop();
      value = sign !== "," && around.length > 0;
      word = "";
    } else word += sign;
  }
  return { path: [...path, ...around.flat()], value };
}

async function keys(context) {
  const word = context.matchBefore(/[\w\u4e00-\u9fff-]*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const whole = await schema;
  const { path, value } = place(context.state, word.from);
  const nodes = path.reduce((at, key) => under(at, key, whole), kinds(whole, whole));
  const values = nodes.flatMap((node) => [...(node.enum || []), ...("const" in node ? [node.const] : [])])
    .map((each) => ({ label: String(each), type: "enum" }));
  const names = value ? [] : nodes.flatMap((node) => Object.entries(node.properties || {}))
    .map(([key, about]) => ({ label: key, apply: `${key}: `, type: "property", info: about.description || about.title }));
  const seen = new Set();
  const options = [...names, ...values].filter((each) => !seen.has(each.label) && seen.add(each.label));
  return { from: word.from, options };
}

// A new line begins where the one above does, past its dashes, and two further under a key that says nothing yet.
function begins(context, pos) {
  const { text } = context.lineAt(pos, -1);
  return parts(text).column + (/(?:[:{[]|: *[|>][+-]?)\s*(?:\s#.*)?$/.test(text) ? 2 : 0);
}

if (area) {
  const view = new EditorView({
    state: EditorState.create({
      doc: area.value,
      extensions: [
        basicSetup,
        yaml(),
        yamlLanguage.data.of({ autocomplete: keys }),
        indentService.of(begins),
        lintGutter(),
        linter(check, { delay: 700 }),
        keymap.of([indentWithTab]),
        EditorView.cspNonce.of(area.dataset.nonce),
        EditorView.contentAttributes.of({ "aria-label": area.labels[0].textContent }),
        EditorView.lineWrapping,
      ],
    }),
  });
  view.scrollDOM.tabIndex = 0; // it scrolls: by keyboard too
  area.hidden = true;
  area.after(view.dom);
  form.addEventListener("submit", () => {
    area.value = view.state.doc.toString();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    const at = view.state.doc.line(Math.min(Number(link.dataset.line), view.state.doc.lines)).from;
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    view.focus();
  });
}
