import { encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { base85Forms } from './base85.ts'
import type { Base85Form } from './base85.ts'
import { binaryText } from './binary-text.ts'
import { bitForms } from './bit-forms.ts'
import type { BitForm } from './bit-forms.ts'

/** What a name has in it when its value counts as a secret; CI/lock's list, compared without regard to case. */
const namesOfSecrets = [
  'TOKEN',
  'SECRET',
  'PASSWORD',
  'PASSWD',
  'PASSPHRASE',
  'CREDENTIAL',
  'PRIVATE_KEY',
  'ACCESS_KEY',
  'APIKEY',
  'API_KEY',
  'SIGNING_KEY',
  'SSH_KEY',
] as const

/**
 * Words of names, between underscores, whose values the environment attestor hides as well. Only whole words count here:
 * `PATH`, `PWD`, `GIT_AUTHOR_NAME` and `KEYBOARD` are hidden there, and redacting their values would spoil every output.
 */
const wordsOfSecrets = /(?:^|_)(?:KEYS?|PAT|PWD|JWT|CREDS?|OAUTH2?|AUTH|BEARER|PRIVATE|SIGNING|WEBHOOK|DSN|CONNECTION_STRING|DATABASE_URL)(?:_|$)/

/** The shell's own variables. */
const notSecret = new Set(['PWD', 'OLDPWD'])

/** A path, or a list of them, says where a key or a socket is, and not what it is. */
const isPath = /^(?:\/|[A-Za-z]:\\)[^:]*(?::\/[^:]*)*$/

/** Shorter values are too likely to be found by chance. */
const minBytes = 8

/** Of a name that somebody called sensitive: below it, what is taken out of a text says more about it than what is left. */
const minNamedBytes = 4

/** Which variables hold secrets. */
export interface SecretsOptions {
  /** Whether somebody called a name sensitive: its value is a secret from four bytes on. Default: none is. */
  readonly isNamed?: (name: string) => boolean
  /** Whether names that sound like secrets count too. Default: true. */
  readonly defaults?: boolean
}

/** The values among the variables that are secrets by their names, but for the names that are allowed. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>, allowed: readonly string[], options: SecretsOptions = {}): readonly string[] {
  const { isNamed = () => false, defaults = true } = options
  const values = new Set<string>()
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value === '' || allowed.includes(name)) continue
    const { length } = encodeUtf8(value)
    if ((length >= minNamedBytes && isNamed(name)) || (defaults && length >= minBytes && soundsSecret(name, value))) values.add(value)
  }
  return [...values]
}

function soundsSecret(name: string, value: string): boolean {
  const upper = name.toUpperCase()
  const isWord = wordsOfSecrets.test(upper) && !notSecret.has(upper) && !isPath.test(value)
  return isWord || namesOfSecrets.some((part) => upper.includes(part))
}

/** What is looked for where a secret may stand in a text. */
export interface SecretForms {
  /** It and its lines. */
  readonly text: readonly string[]
  /** The same as the bytes of UTF-8, a character each; forms write a blank as `+`. */
  readonly percent: readonly string[]
  /** Of the secret and of it without the blanks around it: in lower-case hexadecimal, and a character for each byte. */
  readonly hex: readonly string[]
  readonly binary: readonly string[]
  /** Base64, base32 and base 85 of what holds either of these. */
  readonly bits: readonly BitForm[]
  readonly base85: readonly Base85Form[]
}

export function formsOf(secret: string): SecretForms {
  const lines = secret.split(/\r?\n|\r/).filter((line) => encodeUtf8(line).length >= minBytes)
  const text = new Set([secret, secret.trim(), ...lines])
  text.delete('')
  const percent = Array.from(text, (each) => binaryText(encodeUtf8(each)))
  const encoded = Array.from(new Set([secret, secret.trim()]), encodeUtf8).filter(({ length }) => length >= minBytes)
  return {
    text: [...text],
    percent: [...percent, ...percent.map((each) => each.replaceAll(' ', '+'))],
    hex: encoded.map(encodeHex),
    binary: encoded.map(binaryText),
    bits: encoded.flatMap(bitForms),
    base85: encoded.flatMap(base85Forms),
  }
}
