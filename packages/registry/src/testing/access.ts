import type { Answer, Asked } from '@cilock/http/testing'
import { emptyAnswer, errorAnswer, jsonAnswer } from './exchange.ts'

/** Who may come in, and how they show it. */
export interface MemoryAccess {
  /** `token`: at a service of its own, `/token` of the same origin. */
  readonly kind: 'basic' | 'token'
  /** Who may come in. */
  readonly username: string
  /** With what. */
  readonly password: string
  /** With `token`: what it takes by OAuth2. Default: none. */
  readonly identityToken?: string
}

/** Tokens name their scopes; nobody else has to believe them. */
export class Doorkeeper {
  readonly #access: MemoryAccess
  readonly #tokens = new Map<string, readonly string[]>()
  #count = 0

  constructor(access: MemoryAccess) {
    this.#access = access
  }

  /** All tokens are worth nothing from now on. */
  forget(): void {
    this.#tokens.clear()
  }

  /** The answer to who may not come in, or who asks for a token. Undefined: come in. */
  answer(asked: Asked): Answer | undefined {
    const given = asked.headers.get('authorization') ?? ''
    if (this.#access.kind === 'basic') return given === this.#basic() ? undefined : errorAnswer(401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="registry, of tests"' })
    if (asked.url.pathname === '/token') return this.#give(asked, given)
    const wanted = scopeOf(asked)
    const scopes = this.#tokens.get(given.replace(/^Bearer /, '')) ?? []
    const missing = wanted === undefined ? undefined : wanted.actions.find((action) => !scopes.some((scope) => allows(scope, wanted.repository, action)))
    if (scopes.length > 0 && missing === undefined) return undefined
    const challenge = `Bearer realm="${asked.url.origin}/token",service="registry, of tests"${wanted === undefined ? '' : `,scope="repository:${wanted.repository}:${wanted.actions.join(',')}"`}`
    return errorAnswer(401, 'UNAUTHORIZED', { 'www-authenticate': challenge })
  }

  #give({ method, url, body }: Asked, given: string): Answer {
    const form = new URLSearchParams(new TextDecoder().decode(body))
    const isKnown = method === 'POST' ? this.#access.identityToken !== undefined && form.get('refresh_token') === this.#access.identityToken && form.get('grant_type') === 'refresh_token' : given === this.#basic()
    if (!isKnown) return emptyAnswer(401)
    const scopes = method === 'POST' ? (form.get('scope') ?? '').split(' ') : url.searchParams.getAll('scope')
    const token = `token-${++this.#count}`
    this.#tokens.set(token, scopes)
    return jsonAnswer(200, { token })
  }

  #basic(): string {
    return `Basic ${btoa(`${this.#access.username}:${this.#access.password}`)}`
  }
}

function scopeOf({ method, url }: Asked): { readonly repository: string; readonly actions: readonly string[] } | undefined {
  const repository = /^\/v2\/(.+)\/(?:blobs|manifests|tags|referrers)\//.exec(url.pathname)?.[1]
  if (repository === undefined) return undefined
  if (method === 'DELETE') return { repository, actions: ['delete'] }
  return { repository, actions: method === 'GET' || method === 'HEAD' ? ['pull'] : ['pull', 'push'] }
}

function allows(scope: string, repository: string, action: string): boolean {
  const [kind, name, actions = ''] = scope.split(':')
  return kind === 'repository' && name === repository && actions.split(',').includes(action)
}
