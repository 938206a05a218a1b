import { anyType, functionType, mapType, setType, stringType } from '../types/type.ts'
import { formatTerm } from '../value/format.ts'
import { objectHas, objectKeys } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import type { Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, objectOperand, operandError } from './operands.ts'

const requestKeys: ReadonlySet<Value> = new Set([
  'method',
  'url',
  'body',
  'enable_redirect',
  'force_json_decode',
  'force_yaml_decode',
  'headers',
  'raw_body',
  'tls_use_system_certs',
  'tls_ca_cert',
  'tls_ca_cert_file',
  'tls_ca_cert_env_variable',
  'tls_client_cert',
  'tls_client_cert_file',
  'tls_client_cert_env_variable',
  'tls_client_key',
  'tls_client_key_file',
  'tls_client_key_env_variable',
  'tls_insecure_skip_verify',
  'tls_server_name',
  'timeout',
  'cache',
  'force_cache',
  'force_cache_duration_seconds',
  'raise_error',
  'caching_mode',
  'max_retry_attempts',
  'cache_ignored_headers',
])

function checkRequest(value: Value): void {
  const request = objectOperand(value, 1)
  const unknown = RegoSet.of(objectKeys(request).filter((key) => !requestKeys.has(key)))
  if (unknown.size > 0) throw operandError(1, `invalid request parameters(s): ${formatTerm(unknown)}`)
  const missing = RegoSet.of(['method', 'url'].filter((key) => !objectHas(request, key)))
  if (missing.size > 0) throw operandError(1, `missing required request parameters(s): ${formatTerm(missing)}`)
}

/**
 * The functions of OPA that reach out to a host: `http.send`, `net.lookup_ip_addr`, `opa.runtime`. They are declared
 * so that tests can replace them by `with`; a call that is not replaced is an error. Not part of the core: pass them
 * as `builtins`.
 */
export const hostBuiltins: readonly Builtin[] = [
  {
    name: 'http.send',
    nondeterministic: true,
    declaration: functionType([mapType(stringType, anyType)], mapType(anyType, anyType)),
    call: (_context, request) => {
      checkRequest(request ?? null)
      throw builtinError('there is no network here')
    },
  },
  {
    name: 'net.lookup_ip_addr',
    nondeterministic: true,
    declaration: functionType([stringType], setType(stringType)),
    call: () => {
      throw builtinError('there is no network here')
    },
  },
  { name: 'opa.runtime', nondeterministic: true, declaration: functionType([], mapType(stringType, anyType)), call: () => new RegoObject() },
]
