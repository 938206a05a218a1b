/** A Rego module, and the attestation that it judges. */
export interface Rule {
  readonly about: 'command-run' | 'product' | 'external'
  readonly module: (context: RuleContext) => string
}

/** What a module may have to name. */
export interface RuleContext {
  readonly commandRun: string
  /** Steps whose evidence the rules see. */
  readonly steps: readonly string[]
}

/** The rules that steps and external attestations of generated worlds can have. All of them let the right evidence through. */
export const rules: Readonly<Record<string, Rule>> = {
  exit: about('command-run', 'package exits\ndeny[m] { input.exitcode != 0; m := sprintf("exit code %v", [input.exitcode]) }'),
  command: about('command-run', 'package command\ndeny["not made by make"] { input.cmd[0] != "make" }\ndeny["nothing was run"] { count(input.cmd) == 0 }'),
  modern: about('command-run', 'package modern\nimport rego.v1\ndeny contains "no command" if not input.cmd\ndeny contains m if { some word in input.cmd; word == "curl"; m := concat(" ", ["runs", word]) }'),
  'built-ins': about('command-run', 'package built\ndeny[m] { words := [upper(w) | w := input.cmd[_]]; words[_] == "RM"; m := json.marshal(words) }\ndeny["long"] { count(input.cmd) > 20 }'),
  files: about('product', 'package files\ndeny["no files"] { count(input) == 0 }'),
  'wrapped-exit': about('command-run', 'package own\ndeny[m] { input.attestation.exitcode != 0; m := sprintf("exit code %v", [input.attestation.exitcode]) }'),
  'wrapped-steps': {
    about: 'command-run',
    module: ({ steps, commandRun }) =>
      ['package before', ...steps.flatMap((step) => [`deny["${step} failed"] { input.steps["${step}"]["${commandRun}"].exitcode != 0 }`, `deny["no ${step}"] { not input.steps["${step}"] }`]), 'deny[m] { m := "never"; false }'].join('\n'),
  },
  'wrapped-count': { about: 'command-run', module: ({ steps }) => `package counts\ndeny["steps"] { count(input.steps) != ${steps.length} }` },
  'external-ok': about('external', 'package outside\ndeny["not ok"] { input.ok != true }'),
}

function about(what: Rule['about'], text: string): Rule {
  return { about: what, module: () => text }
}
