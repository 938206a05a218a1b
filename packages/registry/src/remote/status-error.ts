import { isJsonObject, parseJson } from '@cilock/core'
import type { HttpResponse } from '@cilock/http'
import { RegistryError } from '../error.ts'
import type { RegistryErrorCode } from '../error.ts'

/** The error that a status stands for. `what` begins the message. */
export async function statusError(response: HttpResponse, what: string): Promise<RegistryError> {
  const { status } = response
  const said = await response.excerpt()
  const message = `${what}: the registry answers ${status}${said === '' ? '' : `: ${said}`}`
  return new RegistryError(codeOf(status), message, { status, registryCodes: codesOf(said) })
}

function codeOf(status: number): RegistryErrorCode {
  if (status === 401) return 'ERR_REGISTRY_UNAUTHORIZED'
  if (status === 403) return 'ERR_REGISTRY_FORBIDDEN'
  if (status === 404) return 'ERR_REGISTRY_NOT_FOUND'
  if (status === 409 || status === 412) return 'ERR_REGISTRY_CONFLICT'
  if (status === 429) return 'ERR_REGISTRY_RATE_LIMITED'
  if (status === 500) return 'ERR_REGISTRY_FAILED'
  if (status === 408 || status > 500) return 'ERR_REGISTRY_UNAVAILABLE'
  return status >= 400 ? 'ERR_REGISTRY_REFUSED' : 'ERR_REGISTRY_RESPONSE'
}

/** `{"errors":[{"code":…}]}`, where it is that. */
function codesOf(text: string): readonly string[] {
  try {
    const said = parseJson(text, { maxDepth: 32 })
    const errors = isJsonObject(said) ? said['errors'] : undefined
    if (!Array.isArray(errors)) return []
    return errors.flatMap((each: unknown) => (isJsonObject(each) && typeof each['code'] === 'string' && /^[A-Z_]{1,64}$/.test(each['code']) ? [each['code']] : [])).slice(0, 16)
  } catch {
    return []
  }
}
