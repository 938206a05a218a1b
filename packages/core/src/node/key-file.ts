import { CilockError } from '../error.ts'
import { importSigner, type ImportSignerOptions, type KeySigner } from '../keys/import-signer.ts'
import { importVerifier, type ImportVerifierOptions, type KeyVerifier } from '../keys/import-verifier.ts'
import { readUpTo } from './file/read-up-to.ts'

/** More than any key file has. */
const maxBytes = 1024 * 1024

/** How the key in the file is opened. */
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

/** As bytes: a passphrase need not be UTF-8. */
async function readPassphrase(path: string): Promise<Uint8Array> {
  const bytes = await readUpTo(path, maxBytes)
  let end = bytes.length
  while (isNewline(bytes[end - 1])) end--
  // two lines are more likely the wrong file than a passphrase
  if (bytes.subarray(0, end).some(isNewline)) throw new CilockError('ERR_MALFORMED', `expected one line in the passphrase file ${path}, found several`)
  return bytes.subarray(0, end)
}

function isNewline(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d
}

/** What is no UTF-8 is no PEM either, and is refused as that. */
async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readUpTo(path, maxBytes))
}
