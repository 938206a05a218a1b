import type { Kind } from './kinds.ts'

/** A built-in's operands: a kind of expression, or `@` and the name of a pool. */
export interface Entry {
  readonly name: string
  readonly operands: readonly (Kind | `@${string}`)[]
  readonly result: Kind
  /** Not in Rego v1. */
  readonly deprecated?: true
}

const rows: readonly (readonly [Kind, string])[] = [
  ['number', 'abs(number) ceil(number) floor(number) round(number) abs(@fraction) ceil(@fraction) floor(@fraction) round(@fraction) plus(number,number) minus(number,number) mul(number,number) rem(@small,@positive) div(number,@positive)'],
  ['number', 'count(numbers) count(strings) count(numberMap) count(stringSet) count(string) sum(numbers) sum(numberSet) product(numbers) max(numbers) min(numberSet) to_number(@numeric)'],
  ['number', 'bits.and(@small,@small) bits.or(@small,@small) bits.xor(@small,@small) bits.negate(@small) bits.lsh(@small,@positive) bits.rsh(@small,@positive)'],
  ['number', 'indexof(string,string) strings.count(string,string) semver.compare(@semver,@semver) units.parse(@unit) units.parse_bytes(@byteUnit)'],
  ['number', 'time.parse_duration_ns(@duration) time.parse_rfc3339_ns(@rfc3339) time.parse_ns(@layout,@day) time.add_date(@nanoseconds,@small,@small,@small)'],
  ['numbers', 'numbers.range(@small,@small) numbers.range_step(@small,@small,@positive) time.clock(@instant) time.date(@instant) time.diff(@instant,@instant) indexof_n(string,string) sort(numberSet)'],
  ['numbers', 'array.concat(numbers,numbers) array.reverse(numbers) array.slice(numbers,@small,@small)'],
  ['strings', 'split(string,string) sort(strings) array.concat(strings,strings) regex.split(@pattern,string) regex.find_n(@pattern,string,@small)'],
  ['anys', 'array.flatten(anys) regex.find_all_string_submatch_n(@pattern,string,@small) io.jwt.decode(@token) io.jwt.decode_verify(@token,@jwtConstraints) json.match_schema(@jsonObject,@schema) json.verify_schema(@schema)'],
  ['anys', 'crypto.x509.parse_and_verify_certificates(@certificate) crypto.x509.parse_and_verify_certificates_with_options(@certificate,@templateValues) crypto.x509.parse_certificates(@certificate)'],
  ['numberSet', 'and(numberSet,numberSet) or(numberSet,numberSet) minus(numberSet,numberSet)'],
  ['stringSet', 'object.keys(numberMap) object.keys(record) net.cidr_expand(@smallCidr) net.cidr_merge(@cidrs) graph.reachable(@graph,@nodes)'],
  ['string', 'concat(string,strings) concat(string,stringSet) format_int(number,@base) lower(string) upper(string) replace(string,string,string) strings.reverse(string) substring(string,@small,@small)'],
  ['string', 'trim(string,string) trim_left(string,string) trim_right(string,string) trim_prefix(string,string) trim_suffix(string,string) trim_space(string) sprintf(@format,anys) type_name(any)'],
  ['string', 'base64.encode(string) base64.decode(@base64) base64url.encode(string) base64url.encode_no_pad(string) base64url.decode(@base64url) hex.encode(string) hex.decode(@hex)'],
  ['string', 'urlquery.encode(string) urlquery.decode(@url) urlquery.encode_object(@urlObject) json.marshal(any) json.marshal_with_options(any,@marshalOptions) yaml.marshal(any)'],
  ['string', 'glob.quote_meta(string) regex.replace(string,@pattern,@replacement) strings.replace_n(@replacements,string) strings.render_template(@template,@templateValues)'],
  ['string', 'time.weekday(@instant) time.format(@formattedInstant) crypto.md5(string) crypto.sha1(string) crypto.sha256(string)'],
  ['string', 'crypto.hmac.md5(string,string) crypto.hmac.sha1(string,string) crypto.hmac.sha256(string,string) crypto.hmac.sha512(string,string)'],
  ['string', 'io.jwt.encode_sign(@jwtHeader,record,@jwkObject) io.jwt.encode_sign_raw(@jwtHeaderText,@json,@jwk)'],
  ['boolean', 'contains(string,string) startswith(string,string) endswith(string,string) equal(any,any) neq(any,any) lt(any,any) lte(any,any) gt(any,any) gte(any,any)'],
  ['boolean', 'is_array(any) is_boolean(any) is_null(any) is_number(any) is_object(any) is_set(any) is_string(any) base64.is_valid(string) json.is_valid(@json) yaml.is_valid(@yaml) semver.is_valid(any)'],
  ['boolean', 'regex.match(@pattern,string) regex.is_valid(@pattern) regex.template_match("urn:<.*>",string,"<",">") regex.globs_match(@glob,@glob) glob.match(@glob,@delimiters,string) crypto.hmac.equal(string,string)'],
  ['boolean', 'net.cidr_contains(@cidr,@address) net.cidr_intersects(@cidr,@cidr) net.cidr_is_valid(@cidr) object.subset(@jsonObject,@jsonObject) object.subset(numberSet,numberSet) trace(string)'],
  ['boolean', 'strings.any_prefix_match(strings,strings) strings.any_suffix_match(string,stringSet) io.jwt.verify_hs256(@token,string) io.jwt.verify_hs384(@token,string) io.jwt.verify_hs512(@token,string)'],
  ['boolean', 'io.jwt.verify_es256(@token,@publicKey) io.jwt.verify_es384(@token,@publicKey) io.jwt.verify_es512(@token,@publicKey) io.jwt.verify_eddsa(@token,@publicKey)'],
  ['boolean', 'io.jwt.verify_rs256(@token,@publicKey) io.jwt.verify_rs384(@token,@publicKey) io.jwt.verify_rs512(@token,@publicKey) io.jwt.verify_ps256(@token,@publicKey) io.jwt.verify_ps384(@token,@publicKey) io.jwt.verify_ps512(@token,@publicKey)'],
  ['any', 'object.get(numberMap,string,number) object.get(record,@anyKeys,any) object.union(@jsonObject,numberMap) object.union_n(@objects) object.remove(@jsonObject,@anyKeys) object.filter(@jsonObject,@anyKeys)'],
  ['any', 'json.unmarshal(@json) yaml.unmarshal(@yaml) json.filter(@jsonObject,@pathList) json.remove(@jsonObject,@pathList) json.patch(@jsonObject,@patches) urlquery.decode_object(@url) uuid.parse(@uuid)'],
  ['any', 'union(@setOfSets) intersection(@setOfSets) graph.reachable_paths(@graph,@nodes) net.cidr_contains_matches(@containers,@contained) crypto.parse_private_keys(@certificate)'],
  ['any', 'crypto.x509.parse_certificate_request(@certificate) crypto.x509.parse_rsa_private_key(@certificate) crypto.x509.parse_keypair(@certificate,@certificate)'],
]

const deprecatedRows: readonly (readonly [Kind, string])[] = [
  ['any', 'cast_array(anys) cast_boolean(boolean) cast_null(@typed) cast_object(record) cast_set(numberSet) cast_string(string) set_diff(numberSet,numberSet)'],
  ['boolean', 'all(anys) any(anys) re_match(@pattern,string) net.cidr_overlap(@cidr,@address)'],
]

function parse(list: typeof rows, deprecated: boolean): Entry[] {
  return list.flatMap(([result, text]) =>
    text.split(/\s+(?=[a-z])/).map((item) => {
      const [, name = '', operands = ''] = /^([\w.]+)\((.*)\)$/.exec(item) ?? []
      const entry = { name, operands: operands.split(',') as Entry['operands'], result }
      return deprecated ? { ...entry, deprecated: true as const } : entry
    }),
  )
}

/**
 * Every built-in of OPA 1.13.1 that can be compared: not those that need a network, the environment, GraphQL or
 * randomness, nor those that tell of the program itself.
 */
export const builtinTable: readonly Entry[] = [...parse(rows, false), ...parse(deprecatedRows, true)]
