#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py: do the recorded exchanges (tests/exchanges) look as the published descriptions say?

    check.py                              our own descriptions, and that mistakes would be found
    check.py DESCRIPTION EXCHANGES [PREFIX]   one of a service's own OpenAPI files; PREFIX is what
                                          its server's address adds to the paths

Requests: method, path, names and values of parameters, body. Answers: the schema, or where there
is only an example, its keys and types. Exit status 0, 1 (something differs), 77 (no python3-yaml
or python3-jsonschema).
"""
import copy
import json
import pathlib
import re
import sys
import urllib.parse

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
OURS = (
    ("chatwoot-csat.openapi.yaml", "chatwoot"),
    ("zendesk-csat.openapi.yaml", "zendesk"),
    ("zendesk-csat.openapi.yaml", "zendesk-ratings"),
)
SHAPE_ONLY = "/for-the-shape-only"


def read_exchanges(path):
    """[{method, target, fields, body, status, answer}], as tests/fake/exchange.c reads them."""
    out = []
    for part in re.split(r"(?m)^### .*\n", path.read_text(encoding="utf-8"))[1:]:
        asked, answered = re.split(r"(?m)^HTTP/1\.1 (?=\d)", part, maxsplit=1)
        head, _, body = asked.partition("\n\n")
        line, *fields = head.splitlines()
        method, target, _ = line.split(" ", 2)
        status, _, rest = answered.partition(" ")
        out.append({
            "method": method.lower(), "target": target,
            "fields": dict(f.split(": ", 1) for f in fields),
            "body": body.strip(), "status": status,
            "answer": rest.partition("\n\n")[2].strip(),
        })
    return [e for e in out if e["target"] != SHAPE_ONLY]


class Description:
    def __init__(self, path, prefix=""):
        self.whole = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
        self.prefix = prefix

    def at(self, node):
        """Behind a $ref."""
        while isinstance(node, dict) and "$ref" in node:
            target = self.whole
            for step in node["$ref"].lstrip("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def schema(self, node, depth=0):
        """OpenAPI's schema as JSON Schema: references followed, nullable said as a type."""
        node = self.at(node)
        if not isinstance(node, dict) or depth > 24:
            return {}
        out = {}
        for key, value in node.items():
            if key == "properties":
                out[key] = {k: self.schema(v, depth + 1) for k, v in value.items()}
            elif key in ("items", "additionalProperties") and isinstance(value, dict):
                out[key] = self.schema(value, depth + 1)
            elif key in ("oneOf", "anyOf", "allOf"):
                # "one of" is said where several fit: any of them will do
                out["allOf" if key == "allOf" else "anyOf"] = [self.schema(v, depth + 1) for v in value]
            elif key in ("type", "required", "enum", "pattern", "minimum", "maximum"):
                out[key] = value
        if node.get("nullable"):
            return {"anyOf": [{"type": "null"}, out]}
        return out

    def operation(self, method, path):
        for template, item in self.whole["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(self.prefix + template))
            if re.fullmatch(pattern, path) and method in item:
                shared = item.get("parameters", [])
                return item[method], [self.at(p) for p in shared + item[method].get("parameters", [])]
        return None, None


def validate(schema, value, where, findings):
    checker = jsonschema.Draft7Validator(schema)
    for error in list(checker.iter_errors(value))[:8]:
        spot = "/".join(str(p) for p in error.absolute_path)
        findings.append(f"{where}: {spot}: {error.message[:200]}")


def typed(text, schema):
    """A parameter is text; what does it say?"""
    if schema.get("type") in ("integer", "number") and re.fullmatch(r"-?\d+", text):
        return int(text)
    return text


def kind(value):
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def like(example, value, where, findings):
    """Has @value the keys of @example, of the same types? null and absent lists go with anything."""
    if example is None or value is None:
        return
    if kind(example) != kind(value):
        findings.append(f"{where}: {kind(value)}, the example has {kind(example)}")
    elif isinstance(example, dict):
        for key, inner in example.items():
            if key in value:
                like(inner, value[key], f"{where}/{key}", findings)
            else:
                findings.append(f"{where}: {key} is missing")
    elif isinstance(example, list) and example:
        for n, inner in enumerate(value):
            same = [e for e in example if of_type(e) == of_type(inner)]
            if same:
                findings.extend(min((trial(e, inner, f"{where}/{n}") for e in same), key=len))


def of_type(value):
    """Answers of other types than the example has are not compared with it."""
    return value.get("type") if isinstance(value, dict) else None


def trial(example, value, where):
    findings = []
    like(example, value, where, findings)
    return findings


def unknown_keys(schema, value, where, findings):
    """Keys of the recording that a schema which names its keys does not name."""
    if isinstance(value, list):
        for n, inner in enumerate(value):
            unknown_keys(schema.get("items", {}), inner, f"{where}/{n}", findings)
    elif isinstance(value, dict) and schema.get("properties"):
        for key in value:
            if key not in schema["properties"]:
                findings.append(f"{where}: {key} is not described")
            else:
                unknown_keys(schema["properties"][key], value[key], f"{where}/{key}", findings)


def check_request(d, e, operation, params, where, findings):
    known = {p["name"]: p for p in params if p.get("in") == "query"}
    given = dict(urllib.parse.parse_qsl(e["target"].partition("?")[2], keep_blank_values=True))
    for name, text in given.items():
        if name not in known:
            findings.append(f"{where}: parameter {name} is not described")
            continue
        schema = d.schema(known[name].get("schema", {}))
        validate(schema, typed(text, schema), f"{where}: parameter {name}", findings)
    for name, p in known.items():
        if p.get("required") and name not in given:
            findings.append(f"{where}: parameter {name} is missing")
    content = d.at(operation.get("requestBody") or {}).get("content", {})
    if "application/json" in content:
        try:
            body = json.loads(e["body"])
        except ValueError:
            findings.append(f"{where}: the body is no JSON")
            return
        validate(d.schema(content["application/json"].get("schema", {})), body, f"{where}: body", findings)


def check_answer(d, e, operation, where, findings, strict):
    answer = d.at(operation["responses"].get(e["status"], operation["responses"].get(int(e["status"]))))
    if not answer:
        findings.append(f"{where}: status {e['status']} is not described")
        return
    content = answer.get("content", {}).get("application/json", {})
    value = json.loads(e["answer"])
    if "schema" in content:
        schema = d.schema(content["schema"])
        validate(schema, value, f"{where}: answer", findings)
        if strict:
            unknown_keys(schema, value, f"{where}: answer", findings)
    examples = [content["example"]] if "example" in content else []
    if examples and "schema" not in content:
        like(examples[0], value, f"{where}: answer", findings)


def check(d, exchanges, name, strict=True):
    findings, seen = [], 0
    for n, e in enumerate(exchanges, 1):
        where = f"{name}, exchange {n}"
        operation, params = d.operation(e["method"], e["target"].partition("?")[0])
        if operation is None:
            continue
        seen += 1
        check_request(d, e, operation, params, where, findings)
        check_answer(d, e, operation, where, findings, strict)
    if not seen:
        findings.append(f"{name}: none of its paths is described")
    return findings, seen


def mistakes(exchanges):
    """The same with one thing wrong each."""
    for old, new in (("since=", "from="), ("since=", "since=x"), ("sort=created_at", "sort=newest"),
                     ("created_at_start%5D=", "created_at_start%5D=9"), ("start_time=", "start_time=x")):
        if old in exchanges[0]["target"]:
            wrong = copy.deepcopy(exchanges)
            wrong[0]["target"] = wrong[0]["target"].replace(old, new, 1)
            yield f"{old} as {new}", wrong
    for old, new in (('"rating":2', '"rating":"2"'), ('"rating":2', '"rating":7'), ('"message_id"', '"msg_id"'),
                     ('"meta"', '"mata"'), ('"score"', '"scores"'), ('"answers":[{', '"answer":[{')):
        if old in exchanges[0]["answer"]:
            wrong = copy.deepcopy(exchanges)
            wrong[0]["answer"] = wrong[0]["answer"].replace(old, new, 1)
            yield f"{old} as {new}", wrong


def ours():
    bad = 0
    for file, service in OURS:
        d = Description(HERE / file)
        exchanges = read_exchanges(HERE.parent / "exchanges" / service / "page.http")
        findings, seen = check(d, exchanges, service)
        tried = 0
        for what, wrong in mistakes(exchanges):
            tried += 1
            if not check(d, wrong, service)[0]:
                findings.append(f"{service}: {what} was not noticed")
        if not tried:
            findings.append(f"{service}: no mistake was tried")
        for line in findings:
            print(line)
        print(f"{service}: {seen} exchanges, {tried} mistakes noticed, {len(findings)} findings")
        bad += len(findings)
    return 1 if bad else 0


def main(argv):
    if len(argv) == 1:
        return ours()
    if len(argv) not in (3, 4):
        print(__doc__)
        return 2
    d = Description(argv[1], argv[3] if len(argv) == 4 else "")
    findings, seen = check(d, read_exchanges(pathlib.Path(argv[2])), pathlib.Path(argv[2]).parent.name, False)
    for line in findings:
        print(line)
    print(f"{seen} exchanges, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
