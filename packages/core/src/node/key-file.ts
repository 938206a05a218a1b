import { readFile } from 'node:fs/promises'
import { CilockError } from '../error.ts'
import { importSigner, type ImportSignerOptions, type KeySigner } from '../keys/import-signer.ts'
import { importVerifier, type ImportVerifierOptions, type KeyVerifier } from '../keys/import-verifier.ts'

/** More than any key file has. */
const maxBytes = 1024 * 1024

export interface ReadSignerOptions extends ImportSignerOptions {
  /** A file whose text is the passphrase; newlines at its end are not part of it. */
  readonly passphraseFile?: string
}

/**
 * A signer for a private key in a PEM file.
 *
 * @throws CilockError as `importSigner`, and `ERR_FILE_UNREADABLE`
 * @example
 * const signer = await readSigner('key.pem', { passphraseFile: 'passphrase.txt' })
 */
export async function readSigner(path: string, { passphraseFile, ...options }: ReadSignerOptions = {}): Promise<KeySigner> {
  if (passphraseFile !== undefined && options.passphrase !== undefined) throw new TypeError('give a passphrase or a passphraseFile, not both')
  const pem = await readText(path)
  return importSigner(pem, passphraseFile === undefined ? options : { ...options, passphrase: await readPassphrase(passphraseFile) })
}

/**
 * A verifier for a public key in a PEM file.
 *
 * @throws CilockError as `importVerifier`, and `ERR_FILE_UNREADABLE`
 */
export async function readVerifier(path: string, options: ImportVerifierOptions = {}): Promise<KeyVerifier> {
  return importVerifier(await readText(path), options)
}

async function readPassphrase(path: string): Promise<string> {
  const text = (await readText(path)).replace(/[\r\n]+$/, '')
  // two lines are more likely the wrong file than a passphrase
  if (/[\r\n]/.test(text)) throw new CilockError('ERR_MALFORMED', `expected one line in the passphrase file ${path}, found several`)
  return text
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new CilockError('ERR_FILE_UNREADABLE', `${path} cannot be read`, { cause })
  }
  if (bytes.length > maxBytes) throw new CilockError('ERR_LIMIT_EXCEEDED', `${path}: at most ${maxBytes} bytes are allowed, found ${bytes.length}`)
  return new TextDecoder().decode(bytes)
}
