/** Where this engine and OPA 1.13.1 give different answers to one expression. Rows are the first cells of the README's table. */
export interface Difference {
  readonly row: string
  readonly expression: string
  /** JSON, or a part of the error's text. */
  readonly opa: string
  readonly here: string
}

export const differences: readonly Difference[] = [
  { row: '`10.0 == 1`, `50.0 > 5.0`', expression: '[10.0 == 1, 50.0 > 5.0]', opa: '[true,false]', here: '[false,true]' },
  { row: 'integers above 64 bits', expression: '18446744073709551616 * 2', opa: '36893488147419103230', here: '36893488147419103232' },
  { row: 'integers above 64 bits', expression: 'abs(-123456789012345678901)', opa: '123456789012345678904', here: '123456789012345678901' },
  { row: 'integers above 64 bits', expression: 'round(1e30)', opa: '1000000000000000000024696061952', here: '1000000000000000000000000000000' },
  { row: 'integers above 64 bits', expression: 'format_int(123456789012345678901234, 10)', opa: '"123456789012345678897152"', here: '"123456789012345678901234"' },
  { row: 'integers above 64 bits', expression: 'bits.and(123456789012345678901234, 255)', opa: '0', here: '242' },
  { row: 'integers above 64 bits', expression: 'units.parse_bytes("123456789012345678901234")', opa: '123456789012345678897152', here: '123456789012345678901234' },
  { row: '`-0`', expression: '0 * -0.5', opa: '-0', here: '0' },
  { row: 'exponents above 5,000 in `units.parse`', expression: 'count(sprintf("%v", [units.parse("1e6000")]))', opa: '6001', here: 'units.parse: exponent too large' },
  { row: '`replace` of the empty string', expression: 'replace("é", "", "X")', opa: '"X\\ufffdX\\ufffdX"', here: '"XéX"' },
  { row: 'units that are not ASCII, in errors', expression: 'units.parse("1é")', opa: 'unit \ufffd\ufffd not recognized', here: 'unit é not recognized' },
  { row: 'bytes that are no UTF-8', expression: 'base64.encode(base64.decode("/w=="))', opa: '"/w=="', here: '"77+9"' },
  { row: 'bytes that are no UTF-8', expression: 'hex.encode(hex.decode("ff"))', opa: '"ff"', here: '"efbfbd"' },
  { row: 'the zone `Local`', expression: 'time.clock([0, "Local"])', opa: '[19,0,0]', here: '[0,0,0]' },
  { row: 'abbreviations of zones in `time.parse_ns`', expression: 'time.parse_ns("2006-01-02 15:04 MST", "2024-02-29 10:00 EST")', opa: '1709218800000000000', here: '1709200800000000000' },
  { row: 'times before standard time', expression: 'time.clock([-3000000000000000000, "Europe/Amsterdam"])', opa: '[18,59,32]', here: '[18,57,30]' },
  { row: '`time.now_ns`, `rand.intn`, `uuid.rfc4122`', expression: 'time.now_ns() > 0', opa: 'true', here: 'time.now_ns: no clock was given to this evaluation' },
  { row: '`time.now_ns`, `rand.intn`, `uuid.rfc4122`', expression: 'rand.intn("a", 3) < 3', opa: 'true', here: 'rand.intn: no seed was given to this evaluation' },
  { row: '`time.now_ns`, `rand.intn`, `uuid.rfc4122`', expression: 'count(uuid.rfc4122("x"))', opa: '36', here: 'uuid.rfc4122: no seed was given to this evaluation' },
  { row: 'texts of errors in YAML', expression: 'yaml.unmarshal("- a\\nb: c")', opa: "yaml: line 1: did not find expected '-' indicator", here: 'yaml.unmarshal: yaml: ' },
  { row: 'texts of errors in YAML', expression: 'yaml.unmarshal("? [1, 2]\\n: x")', opa: 'yaml: invalid map key: []interface {}{1, 2}', here: 'yaml: invalid map key' },
  { row: 'texts of errors in JSON', expression: 'json.unmarshal("01")', opa: "invalid character '1' after top-level value", here: "invalid character '1' looking for beginning of value" },
  { row: 'texts of errors in keys', expression: 'io.jwt.verify_rs256("a.b.c", "nope")', opa: "invalid character 'o' in literal null", here: 'failed to unmarshal JWK set: not JSON' },
  { row: 'templates', expression: 'strings.render_template("{{.a}}", {"a": {1, 2}})', opa: "invalid character '1' looking for beginning of object key string", here: '"[1 2]"' },
  { row: 'templates', expression: 'strings.render_template("{{call .a}}", {"a": 1})', opa: 'error calling call: non-function .a of type', here: 'error calling call: non-function "1" of type' },
  { row: '`$ref` to another document in a schema', expression: 'json.match_schema({"a": 1}, {"$ref": "http://json-schema.org/draft-07/schema#"})', opa: '[true,[]]', here: 'json.match_schema: remote reference loading disabled' },
  { row: 'errors of `rego.parse_module`', expression: 'rego.parse_module("x.rego", "package a\\n\\np := ")', opa: '\tp := \n', here: 'x.rego:3: rego_parse_error: unexpected eof token' },
  { row: 'size of a pattern', expression: `regex.match("^${'a{1000}'.repeat(21)}$", "a")`, opa: 'false', here: 'regular expression larger than 20000 steps' },
]

/** What OPA does not finish in ten seconds. */
export const endless: readonly Omit<Difference, 'opa'>[] = [
  { row: '`semver.compare("1.0.0-01", "1.0.0-1")`', expression: 'semver.compare("1.0.0-01", "1.0.0-1")', here: '0' },
  { row: 'large results', expression: 'net.cidr_expand("0.0.0.0/0")', here: 'a collection has more than 2000000 members' },
]
