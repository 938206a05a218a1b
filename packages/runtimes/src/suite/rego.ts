import { compile, formatDiagnostic, RegoCompileError, RegoError, toJson } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import type { Check } from './check.ts'
import { same } from './check.ts'

interface Case {
  /** The body of a package, and `data.everywhere.result` is what is asked for. */
  readonly source: string
  readonly input?: string
  /** The code with which it has to be refused. */
  readonly refused?: string
}

/** Where engines could differ: order, numbers, text, patterns, time zones, digests, limits. */
const cases: Readonly<Record<string, Case>> = {
  'a policy over an attestation': {
    source: `deny contains msg if { some p in input.processes; p.exitcode != 0; msg := sprintf("%s ended with %d", [p.cmd, p.exitcode]) }
      deny contains msg if { not startswith(input.remote, "https://github.com/acme/"); msg := concat(" ", ["built from", input.remote]) }
      result := {"allow": count(deny) == 0, "deny": deny}`,
    input: '{"processes":[{"cmd":"make","exitcode":2},{"cmd":"cc","exitcode":0}],"remote":"https://example.test/other"}',
  },
  'sets and the order of values': { source: 'result := [s | some s in {"b", "a", "\u{1F600}", "\uFFFF", 10, 9, 1.5, true, null, [1], {"k": {2, 1}}}]' },
  numbers: { source: 'result := [1 / 3, 10 % 3, 0.1 + 0.2, 1e3, 12345678901234567890 + 1, round(2.5), ceil(-0.5), abs(-7), to_number("1e2"), format_int(255, 16), sum([0.1, 0.2, 0.3]), product([2, 3.5])]' },
  text: { source: 'result := [upper("straße ǆ İ"), lower("ÀÉÎ ΑΣ"), trim_space("\\u00a0x\\u2003"), strings.reverse("añb"), indexof("añb", "b"), split("a,b,,c", ","), sprintf("%v %q %5.2f %x %08b %t", ["v", "q\\n", 3.14159, 255, 5, true]), substring("añb", 1, 1)]' },
  patterns: { source: 'result := [regex.match(`^(?i)ÄB+\\pL*$`, "äbbé"), regex.find_n(`[a-z]+?\\d`, "ab1c22", -1), regex.replace("a1b22", `(\\d+)`, "<$1>"), regex.split(`\\s*;\\s*`, "a ; b;c"), regex.find_all_string_submatch_n(`(\\w)(\\d)?`, "a1b", -1)]' },
  globs: { source: 'result := [glob.match("*.github.com", ["."], "api.github.com"), glob.match("{a,b}/**", ["/"], "a/b/c"), glob.quote_meta("*.x")]' },
  times: { source: 'result := [time.parse_rfc3339_ns("2026-03-29T01:30:00+01:00"), time.date([1774747800000000000, "Europe/Berlin"]), time.clock([1774747800000000000, "America/New_York"]), time.weekday(1774747800000000000), time.add_date(1774747800000000000, 0, 1, 3), time.format([1774747800000000000, "Asia/Kolkata", "Monday, 2 January 2006 15:04:05 -0700"]), time.diff(1774747800000000000, 1700000000000000000), time.parse_duration_ns("1h15m"), time.now_ns()]' },
  'digests and signatures': { source: 'result := [crypto.sha256("x"), crypto.sha1("x"), crypto.md5("x"), crypto.hmac.sha512("m", "k"), base64url.encode_no_pad("\\u00ff?"), hex.encode("x"), io.jwt.decode("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.vw0JpXbpeSBxDr8bV2zTzCe1hTJf2Q3D5n3bH3T3N7U"), io.jwt.verify_hs256("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.vw0JpXbpeSBxDr8bV2zTzCe1hTJf2Q3D5n3bH3T3N7U", "secret")]' },
  'formats': { source: 'result := [json.unmarshal("{\\"b\\":1.0,\\"a\\":[1e2]}"), json.marshal({"x": {3, 1, 2}, "<": "&"}), yaml.unmarshal("a: [1, x, 2026-01-02]\\nb: |\\n  t\\n"), yaml.marshal({"k": ["v", 1]}), semver.compare("1.2.3-rc.1", "1.2.3"), units.parse_bytes("1.5GiB"), net.cidr_contains("10.0.0.0/8", "10.1.2.3"), urlquery.encode_object({"q": "a b", "r": ["ä", "&"]}), uuid.parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")]' },
  schemas: { source: 'result := [json.match_schema({"a": "x"}, {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["b"]}), json.verify_schema({"type": "nothing"})]' },
  'walks and graphs': { source: 'result := [[p | walk({"a": [1, {"b": 2}]}, [p, v]); is_number(v)], graph.reachable({"a": ["b"], "b": ["c"], "c": ["a"], "d": []}, {"a"}), json.patch({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}]), object.union_n([{"a": {"x": 1}}, {"a": {"y": 2}}])]' },
  'chance from a seed': { source: 'result := [rand.intn("a", 1000), rand.intn("b", 1000), rand.intn("a", 1000), uuid.rfc4122("k")]' },
  'a failing built-in': { source: 'result := to_number("x")', refused: 'eval_builtin_error' },
  'a conflict': { source: 'f(x) := 1 if x > 0\nf(x) := 2 if x > 1\nresult := f(2)', refused: 'eval_conflict_error' },
  'too many steps': { source: 'result := count([1 | numbers.range(1, 3000)[_]; numbers.range(1, 3000)[_]])', refused: 'ERR_LIMIT_STEPS' },
  'what does not parse': { source: 'result { y }', refused: 'rego_parse_error' },
  'what has wrong types': { source: 'result := undefined_function(input.x)\nother := 1 + "a"', refused: 'rego_type_error' },
}

/** Policies are evaluated strictly about errors, with every built-in, at a fixed instant. */
export function regoChecks(): readonly Check[] {
  return Object.entries(cases).map(([name, { source, input, refused }]) => ({
    name: `rego: ${name}`,
    run: () => {
      const { text, code } = evaluated(source, input)
      same('the code', code ?? 'none', refused ?? 'none')
      return text
    },
  }))
}

/** The value as JSON, or the refusal: its code, and every word that is said about it. */
function evaluated(source: string, inputText?: string): { readonly text: string; readonly code?: string } {
  try {
    const program = compile([{ name: 'everywhere.rego', source: `package everywhere\nimport rego.v1\n${source}` }], { builtins: allBuiltins })
    const value = program.evaluate('data.everywhere.result', { now: 1774747800123456789n, seed: 'everywhere', strictBuiltinErrors: true, limits: { steps: 1_000_000 }, ...(inputText !== undefined && { inputText }) })
    return value === undefined ? { text: 'undefined', code: 'undefined' } : { text: toJson(value) }
  } catch (error) {
    if (!(error instanceof RegoError)) throw error
    const said = error instanceof RegoCompileError ? error.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join('; ') : error.message
    return { text: `${error.code} ${said}`, code: error.code }
  }
}
